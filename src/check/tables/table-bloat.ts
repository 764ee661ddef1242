import type { ColumnFacts } from '../../facts/index.ts'
import type { Finding } from '../../finding.ts'
import { formatBytes, formatCount, formatRatio } from '../../quantity.ts'
import { objectFinding } from '../object-finding.ts'
import { defineRule, type Rule } from '../rule.ts'
import { estimateHeap } from './estimate-heap.ts'
import { quoted, type UsedTable, usedTables } from './own-tables.ts'

const name = 'table_bloat'
const title = 'Bloated table'

/** So many times the room that its rows need. */
const leastRatio = 2
const leastWasted = 100 * 1024 * 1024
const heavyRatio = 4
const heavyWasted = 10 * 1024 * 1024 * 1024
/** Statistics of fewer rows, or of a table of which much has changed since, estimate nothing. */
const leastRows = 1_000
const mostChanged = 0.2

/** Tables far larger than their rows. See docs/findings/table_bloat.md. */
export const tableBloat: Rule = defineRule({
  name,
  title,
  description: 'Finds tables that take far more room than their rows need, by an estimate.',
  examines: 'tables',
  needs: ['tables', 'tableUsage', 'columns'],
  judge({ tables, tableUsage, columns }) {
    const byTable = Map.groupBy(columns, ({ tableOid }) => tableOid)
    const estimates = usedTables(tables, tableUsage).flatMap((one) => {
      const needed = estimate(one, byTable.get(one.table.oid) ?? [])
      return needed === null ? [] : [{ one, needed }]
    })
    const bloated = estimates.filter(({ one: { table }, needed }) => {
      const wasted = table.heapBytes - needed
      return wasted >= leastWasted && table.heapBytes / needed >= leastRatio
    })
    return {
      examined: estimates.length,
      findings: bloated.map(({ one, needed }) => finding(one, needed)),
    }
  },
})

/** Bytes that its rows need; null where too little is known of them. */
function estimate({ table, usage }: UsedTable, columns: readonly ColumnFacts[]): number | null {
  if (table.rows === null || table.rows < leastRows) return null
  if (usage.modifiedSinceAnalyze > mostChanged * table.rows) return null
  return estimateHeap(table.rows, columns, Number(table.options.fillfactor ?? 100))
}

function finding({ table, usage }: UsedTable, needed: number): Finding {
  const wasted = table.heapBytes - needed
  const ratio = table.heapBytes / needed
  return objectFinding(
    { name, title },
    { type: table.kind, schema: table.schema, name: table.name },
    {
      level: ratio >= heavyRatio && wasted >= heavyWasted ? 'ERROR' : 'WARN',
      summary: `about ${formatBytes(wasted)} of ${formatBytes(table.heapBytes)} hold no rows (estimate)`,
      detail: `${quoted(table)} takes ${formatBytes(table.heapBytes)}, ${formatRatio(ratio)} what its ${formatCount(table.rows ?? 0)} rows need by an estimate from statistics (about ${formatBytes(needed)}, give or take a fifth): scans read the empty room too.`,
      remediation: `-- The exact figure (reads the table once):\ncreate extension if not exists pgstattuple with schema extensions;\nselect * from extensions.pgstattuple_approx(${"'"}${quoted(table).replace(/'/g, "''")}'::regclass);\n-- New rows fill the room by themselves. To give it back at once:\n-- pg_repack from a client locks for moments, vacuum (full) all along.\nalter table ${quoted(table)} set (autovacuum_vacuum_scale_factor = 0.05);`,
      evidence: {
        heap_bytes: table.heapBytes,
        estimated_bytes: needed,
        wasted_bytes: wasted,
        dead_rows: usage.deadRows,
      },
      metadata: { advisor: name },
    },
  )
}
