import { formatCount, formatShare } from '../../quantity.ts'
import { figuresOf } from '../database-figures.ts'
import { objectFinding } from '../object-finding.ts'
import { defineRule, type Rule } from '../rule.ts'

const name = 'many_rollbacks'
const title = 'Many transactions fail'

/** Share of transactions from which on their failing is a pattern. */
const leastShare = 0.1
/** From this share on it is a WARN. */
const manyShare = 0.25
/** Failures that there must be. */
const leastRollbacks = 1_000

/** Transactions that were rolled back. See docs/findings/many_rollbacks.md. */
export const manyRollbacks: Rule = defineRule({
  name,
  title,
  description: 'Finds a database of which many transactions are rolled back.',
  examines: 'databases',
  needs: ['databaseActivity', 'server'],
  counters: true,
  judge: ({ databaseActivity, server }) => {
    const { commits, rollbacks } = figuresOf(databaseActivity).counters
    const share = rollbacks / Math.max(1, commits + rollbacks)
    if (rollbacks < leastRollbacks || share < leastShare) return { examined: 1, findings: [] }
    const finding = objectFinding(
      { name, title },
      { type: 'database', schema: null, name: server.database },
      {
        level: share >= manyShare ? 'WARN' : 'INFO',
        categories: ['RELIABILITY'],
        summary: `${formatShare(share)} of transactions rolled back`,
        detail:
          `${formatCount(rollbacks)} of ${formatCount(commits + rollbacks)} transactions of ` +
          `${server.database} were rolled back (${formatShare(share)}): statements that failed, were ` +
          'cancelled by a timeout, or requests that ended without a commit.',
        remediation:
          'Read the Postgres logs for the errors: most often a unique violation that on conflict do ' +
          'nothing would take, permission denied by a policy, a statement timeout. Drivers and poolers ' +
          'that end each transaction by rollback count here as well, and are fine.',
        evidence: { rollbacks, commits, rollback_share: share },
      },
    )
    return { examined: 1, findings: [finding] }
  },
})
