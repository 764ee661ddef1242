import type { TableUsage } from '../../facts/index.ts'
import type { Finding } from '../../finding.ts'
import { formatCount, formatShare, plural } from '../../quantity.ts'
import { quoteLiteral } from '../../quote.ts'
import { objectFinding } from '../object-finding.ts'
import { defineRule, type Rule } from '../rule.ts'
import { quoted, rowsOf, type UsedTable, usedTables } from './own-tables.ts'
import { isReadWhole, type ScanCounts, scanLevel } from './sequential-scan-cost.ts'

const name = 'sequential_scans'
const title = 'Table read whole'

/** Tables that statements read whole, over and over. See docs/findings/sequential_scans.md. */
export const sequentialScans: Rule = defineRule({
  name,
  title,
  description: 'Finds large tables that are read whole over and over, indexes or none.',
  examines: 'tables',
  needs: ['tables', 'tableUsage'],
  counters: true,
  trouble: 'read_whole',
  judge({ tables, tableUsage }) {
    // Partitions are judged together: see partitioned_sequential_scans.
    const single = usedTables(tables, tableUsage).filter(({ table }) => table.partitionOf === null)
    const all = rowsRead(tableUsage)
    const found = single.filter((one) => isReadWhole(scansOf(one)))
    return { examined: single.length, findings: found.map((one) => finding(one, all)) }
  },
})

/** Rows that all statements read, one way or the other. */
export function rowsRead(usage: readonly TableUsage[]): number {
  return usage.reduce((sum, { seqRows, indexRows }) => sum + seqRows + indexRows, 0)
}

function scansOf(one: UsedTable): ScanCounts {
  const { seqScans, seqRows, indexScans } = one.usage
  return { rows: rowsOf(one), seqScans, seqRows, indexScans }
}

function finding(one: UsedTable, all: number): Finding {
  const { table, usage } = one
  const scans = scansOf(one)
  const share = usage.seqRows / Math.max(1, all)
  const byIndex =
    usage.indexScans === 0 ? 'never by an index' : `${plural(usage.indexScans, 'time')} by an index`
  return objectFinding(
    { name, title },
    { type: table.kind, schema: table.schema, name: table.name },
    {
      level: scanLevel(scans, all),
      summary: `${plural(usage.seqScans, 'scan')} of ${formatCount(scans.rows)} rows, ${formatShare(share)} of all rows read`,
      detail: `${quoted(table)} (${formatCount(scans.rows)} rows) was read whole ${plural(usage.seqScans, 'time')} and ${byIndex}: ${formatCount(usage.seqRows)} rows, ${formatShare(share)} of all that statements read.`,
      remediation: remedy(table.name),
      evidence: {
        rows: scans.rows,
        seq_scans: usage.seqScans,
        seq_rows: usage.seqRows,
        index_scans: usage.indexScans,
        share_of_rows_read: share,
      },
    },
  )
}

/** The statements that read it; what index serves them is for their plans to say. */
export function remedy(table: string): string {
  return `-- What names it, by time; index the columns that it filters by:
select queryid, calls, total_exec_time, query
from extensions.pg_stat_statements
where query ilike ${quoteLiteral(`%${table.replace(/[\\%_]/g, '\\$&')}%`)}
order by total_exec_time desc
limit 10;`
}
