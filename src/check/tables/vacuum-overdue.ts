import type { HorizonHolder } from '../../facts/index.ts'
import type { Finding } from '../../finding.ts'
import { formatCount, formatTime, plural } from '../../quantity.ts'
import { objectFinding } from '../object-finding.ts'
import { defineRule, type Rule } from '../rule.ts'
import { type AutovacuumDue, autovacuumDue, type Due } from './autovacuum-due.ts'
import { quoted, type UsedTable, usedTables } from './own-tables.ts'
import { heldBackBy } from './vacuum-finding.ts'

const name = 'vacuum_overdue'
const title = 'Vacuum overdue'

/** So many times the threshold: workers come once a naptime at best. */
const overdue = 2
/** Of small tables nobody notices. */
const leastDead = 10_000
const leastInserted = 100_000
/** Dead rows beyond which queries pay for them. */
const manyDead = 1_000_000

/** Tables that autovacuum does not keep up with. See docs/findings/vacuum_overdue.md. */
export const vacuumOverdue: Rule = defineRule({
  name,
  title,
  description: 'Finds tables that autovacuum was due to visit long ago, by its own arithmetic.',
  examines: 'tables',
  needs: ['tables', 'tableUsage', 'server'],
  uses: ['horizon'],
  counters: true,
  trouble: 'vacuum_behind',
  judge({ tables, tableUsage, server, horizon }) {
    const used = usedTables(tables, tableUsage)
    const findings = used.flatMap((one) => {
      const due = autovacuumDue(one.table, one.usage, server.settings)
      const worst = due.enabled ? worstOf(due) : null
      return worst === null ? [] : [finding(one, worst, horizon)]
    })
    return { examined: used.length, findings }
  },
})

interface Worst extends Due {
  what: 'dead' | 'inserted'
}

/** What is the furthest over its threshold, if anything is by enough. */
function worstOf({ dead, inserted }: AutovacuumDue): Worst | null {
  const candidates: Worst[] = [
    { what: 'dead', ...dead },
    { what: 'inserted', ...inserted },
  ]
  const over = candidates.filter(
    ({ what, count, threshold }) =>
      count >= (what === 'dead' ? leastDead : leastInserted) && count > overdue * threshold,
  )
  return over.toSorted((a, b) => b.count / b.threshold - a.count / a.threshold)[0] ?? null
}

function finding(
  { table, usage }: UsedTable,
  { what, count, threshold }: Worst,
  horizon: readonly HorizonHolder[] | undefined,
): Finding {
  const last = [usage.lastVacuumAt, usage.lastAutovacuumAt].filter((time) => time !== null)
  const when = last.toSorted().at(-1)
  const since = when === undefined ? 'never vacuumed' : `last vacuumed ${formatTime(when)}`
  const rows = what === 'dead' ? 'dead row' : 'inserted row'
  const why =
    what === 'dead'
      ? 'Scans read past them.'
      : 'Index-only scans look each of them up in the table, and a freeze of all of them at once is ahead.'
  const heavy = what === 'dead' && count >= manyDead && count > usage.liveRows / 2
  return objectFinding(
    { name, title },
    { type: table.kind, schema: table.schema, name: table.name },
    {
      level: heavy ? 'ERROR' : what === 'dead' ? 'WARN' : 'INFO',
      categories: ['PERFORMANCE', 'RELIABILITY'],
      summary: `${plural(count, rows)}, due at ${formatCount(threshold)}, ${since}`,
      detail: `${quoted(table)} has ${plural(count, rows)} that no vacuum has seen; autovacuum was due at ${formatCount(threshold)}; ${since}. ${why}`,
      remediation: `${heldBackBy(horizon)}vacuum (analyze, verbose) ${quoted(table)};\n-- Where it falls behind again, let it come earlier:\nalter table ${quoted(table)} set (${what === 'dead' ? 'autovacuum_vacuum_scale_factor' : 'autovacuum_vacuum_insert_scale_factor'} = 0.02);`,
      evidence: { [`${what}_rows`]: count, threshold, live_rows: usage.liveRows },
    },
  )
}
