import type { Episode } from '../../facts/index.ts'
import type { Finding, FindingLevel } from '../../finding.ts'
import { formatMs, plural } from '../../quantity.ts'
import { quoteIdentifier } from '../../quote.ts'
import { defineRule, type Rule } from '../rule.ts'
import { alike, labelOf, lengthMs, sessionFinding, whoIs } from './episode-words.ts'

const name = 'idle_in_transaction'
const title = 'Transaction left open'

const longMs = 60_000
const veryLongMs = 300_000

/** Transactions that do nothing and hold what they hold. See docs/findings/idle_in_transaction.md. */
export const idleInTransaction: Rule = defineRule({
  name,
  title,
  description: 'Finds transactions that idle for a minute and longer.',
  examines: 'transactions that idled',
  needs: ['activity'],
  judge({ activity: { episodes } }) {
    const idle = episodes.filter(({ kind }) => kind === 'idle')
    const long = idle.filter((one) => one.pool !== 'supascope' && lengthMs(one) >= longMs)
    return { examined: idle.length, findings: alike(long).flatMap(finding) }
  },
})

function finding(group: readonly Episode[]): Finding[] {
  const [longest] = group.toSorted((a, b) => lengthMs(b) - lengthMs(a))
  if (longest === undefined) return []
  const running = group.filter((one) => one.running)
  const length = lengthMs(longest)
  const blocked = Math.max(...group.map(({ blockingPeak }) => blockingPeak))
  const goesOn = running.length > 0 ? `; ${running.length} still open` : ''
  const waiting = blocked > 0 ? ` Up to ${plural(blocked, 'session')} waited for its locks.` : ''
  const open = longest.transactionStartedAt
  const age = open === null ? length : Date.parse(longest.lastSeenAt) - Date.parse(open)
  return [
    sessionFinding({ name, title }, longest, {
      level: levelOf(length, blocked),
      summary: `idle for ${formatMs(length)}${goesOn}`,
      detail: `${whoIs(longest)} idled for ${formatMs(length)} in a transaction of ${formatMs(age)} after ${labelOf(longest)} (seen ${plural(group.length, 'time')} in a day${goesOn}): its locks stay, and no dead row is cleared away.${waiting}`,
      remediation: [
        ...running.map(({ pid }) => `select pg_terminate_backend(${pid});`),
        `alter role ${quoteIdentifier(longest.role)} set idle_in_transaction_session_timeout = '60s';`,
        '-- and in the program: commit before waiting for anything else, on every way out of the code.',
      ].join('\n'),
      evidence: {
        longest_ms: length,
        transaction_ms: age,
        times: group.length,
        running: running.length,
        blocked_sessions: blocked,
        threshold_ms: longMs,
      },
    }),
  ]
}

function levelOf(length: number, blocked: number): FindingLevel {
  if (blocked >= 5 || (blocked > 0 && length >= veryLongMs)) return 'ERROR'
  return blocked > 0 || length >= veryLongMs ? 'WARN' : 'INFO'
}
