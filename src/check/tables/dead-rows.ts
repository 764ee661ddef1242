import type { HorizonHolder } from '../../facts/index.ts'
import type { Finding } from '../../finding.ts'
import { formatBytes, formatCount, formatShare } from '../../quantity.ts'
import { objectFinding } from '../object-finding.ts'
import { defineRule, type Rule } from '../rule.ts'
import { quoted, type UsedTable, usedTables } from './own-tables.ts'
import { heldBackBy } from './vacuum-finding.ts'

const name = 'dead_rows'
const title = 'Many dead rows'

const leastRows = 10_000
const leastShare = 0.2
/** As many dead as living, and room that matters. */
const heavyShare = 0.5
const heavyBytes = 100 * 1024 * 1024

/** Tables of which much is dead. See docs/findings/dead_rows.md. */
export const deadRows: Rule = defineRule({
  name,
  title,
  description: 'Finds tables of which a fifth or more is dead rows that scans read past.',
  examines: 'tables',
  needs: ['tables', 'tableUsage'],
  uses: ['horizon'],
  counters: true,
  trouble: 'vacuum_behind',
  judge({ tables, tableUsage, horizon }) {
    const used = usedTables(tables, tableUsage)
    const found = used.filter((one) => allRows(one) >= leastRows && deadShare(one) >= leastShare)
    return { examined: used.length, findings: found.map((one) => finding(one, horizon)) }
  },
})

function allRows({ usage }: UsedTable): number {
  return usage.liveRows + usage.deadRows
}

function deadShare(one: UsedTable): number {
  return one.usage.deadRows / Math.max(1, allRows(one))
}

function finding(one: UsedTable, horizon: readonly HorizonHolder[] | undefined): Finding {
  const { table, usage } = one
  const share = deadShare(one)
  const bytes = share * table.heapBytes
  return objectFinding(
    { name, title },
    { type: table.kind, schema: table.schema, name: table.name },
    {
      level: share >= heavyShare && bytes >= heavyBytes ? 'ERROR' : 'WARN',
      summary: `${formatCount(usage.deadRows)} dead rows, ${formatShare(share)} of all`,
      detail: `Of the rows of ${quoted(table)} ${formatCount(usage.deadRows)} are dead, ${formatShare(share)} (about ${formatBytes(bytes)}): every scan reads past them until vacuum removes them.`,
      remediation: `${heldBackBy(horizon)}vacuum (analyze, verbose) ${quoted(table)};\nalter table ${quoted(table)} set (autovacuum_vacuum_scale_factor = 0.05);`,
      evidence: { dead_rows: usage.deadRows, live_rows: usage.liveRows, dead_bytes: bytes },
    },
  )
}
