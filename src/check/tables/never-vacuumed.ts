import type { HorizonHolder } from '../../facts/index.ts'
import type { Finding } from '../../finding.ts'
import { formatCount, formatShare, plural } from '../../quantity.ts'
import { objectFinding } from '../object-finding.ts'
import { defineRule, type Rule } from '../rule.ts'
import { type AutovacuumDue, autovacuumDue } from './autovacuum-due.ts'
import { quoted, type UsedTable, usedTables } from './own-tables.ts'
import { heldBackBy } from './vacuum-finding.ts'

const name = 'never_vacuumed'
const title = 'Never vacuumed though due'

/** So many times the threshold: the worker has had its chance. */
const overdue = 1.5
/** Fewer dead rows cost nothing that anyone would notice. */
const leastDead = 1_000
/** From here on queries pay for them. */
const manyDead = 100_000

/** Tables that vacuum should have come to and never did. See docs/findings/never_vacuumed.md. */
export const neverVacuumed: Rule = defineRule({
  name,
  title,
  description: 'Finds tables with dead rows far over the threshold that were never vacuumed.',
  examines: 'tables',
  needs: ['tables', 'tableUsage', 'server'],
  uses: ['horizon'],
  counters: true,
  trouble: 'vacuum_behind',
  judge({ tables, tableUsage, server, horizon }) {
    const used = usedTables(tables, tableUsage)
    const findings = used.flatMap((one) => {
      const due = autovacuumDue(one.table, one.usage, server.settings)
      return isNeverVacuumed(one, due) ? [finding(one, due, horizon)] : []
    })
    return { examined: used.length, findings }
  },
})

function isNeverVacuumed({ usage }: UsedTable, { enabled, dead }: AutovacuumDue): boolean {
  if (!enabled || usage.lastVacuumAt !== null || usage.lastAutovacuumAt !== null) return false
  return dead.count >= leastDead && dead.count > overdue * dead.threshold
}

function finding(
  { table, usage }: UsedTable,
  { dead }: AutovacuumDue,
  horizon: readonly HorizonHolder[] | undefined,
): Finding {
  const share = dead.count / Math.max(1, dead.count + usage.liveRows)
  return objectFinding(
    { name, title },
    { type: table.kind, schema: table.schema, name: table.name },
    {
      level: dead.count >= manyDead ? 'ERROR' : 'WARN',
      categories: ['PERFORMANCE', 'RELIABILITY'],
      summary: `${formatCount(dead.count)} dead rows (${formatShare(share)}), never vacuumed`,
      detail: `${quoted(table)} has ${plural(dead.count, 'dead row')}, ${formatShare(share)} of all its rows; autovacuum was due at ${formatCount(dead.threshold)}, and has not come since statistics began.`,
      remediation: `${heldBackBy(horizon)}vacuum (analyze, verbose) ${quoted(table)};`,
      evidence: { dead_rows: dead.count, live_rows: usage.liveRows, threshold: dead.threshold },
    },
  )
}
