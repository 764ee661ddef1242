import type { TableFacts } from '../../facts/index.ts'
import type { Finding } from '../../finding.ts'
import { formatCount, formatShare, plural } from '../../quantity.ts'
import { objectFinding } from '../object-finding.ts'
import { defineRule, type Rule } from '../rule.ts'
import { partitionRoots, quoted, rowsOf, type UsedTable, usedTables } from './own-tables.ts'
import { isReadWhole, type ScanCounts, scanLevel } from './sequential-scan-cost.ts'
import { remedy, rowsRead } from './sequential-scans.ts'

const name = 'partitioned_sequential_scans'
const title = 'Partitioned table read whole'

interface Family extends ScanCounts {
  root: TableFacts
  partitions: number
}

/** Partitioned tables, judged as one. See docs/findings/partitioned_sequential_scans.md. */
export const partitionedSequentialScans: Rule = defineRule({
  name,
  title,
  description: 'Finds partitioned tables whose partitions are read whole over and over.',
  examines: 'partitioned tables',
  needs: ['tables', 'tableUsage'],
  counters: true,
  trouble: 'read_whole',
  judge({ tables, tableUsage }) {
    const families = familiesOf(usedTables(tables, tableUsage), partitionRoots(tables))
    const all = rowsRead(tableUsage)
    return {
      examined: families.length,
      // Each partition is scanned: a share of the partitions' scans is a share of the table's.
      findings: families.filter(isReadWhole).map((family) => finding(family, all)),
    }
  },
})

/** Scans of all partitions; rows of the average one, since each scan reads one. */
function familiesOf(used: readonly UsedTable[], roots: ReadonlyMap<number, TableFacts>): Family[] {
  const parts = used.filter(({ table }) => roots.has(table.oid))
  const groups = Map.groupBy(parts, ({ table }) => roots.get(table.oid) as TableFacts)
  return [...groups].map(([root, members]) => {
    const sum = (of: (one: UsedTable) => number): number =>
      members.reduce((total, one) => total + of(one), 0)
    return {
      root,
      partitions: members.length,
      rows: sum(rowsOf),
      seqScans: sum(({ usage }) => usage.seqScans) / members.length,
      seqRows: sum(({ usage }) => usage.seqRows),
      indexScans: sum(({ usage }) => usage.indexScans) / members.length,
    }
  })
}

function finding(family: Family, all: number): Finding {
  const { root, rows, seqScans, seqRows, partitions } = family
  const share = seqRows / Math.max(1, all)
  return objectFinding(
    { name, title },
    { type: 'table', schema: root.schema, name: root.name },
    {
      level: scanLevel(family, all),
      summary: `${plural(Math.round(seqScans), 'scan')} of each of ${partitions} partitions, ${formatShare(share)} of all rows read`,
      detail: `The ${partitions} partitions of ${quoted(root)} (${formatCount(rows)} rows) were read whole ${plural(Math.round(seqScans), 'time')} each on average: ${formatCount(seqRows)} rows, ${formatShare(share)} of all that statements read.`,
      remediation: `-- Filter by the partition key too: other partitions are left alone.\n${remedy(root.name)}`,
      evidence: {
        rows,
        partitions,
        seq_scans: seqScans,
        seq_rows: seqRows,
        index_scans: family.indexScans,
        share_of_rows_read: share,
      },
    },
  )
}
