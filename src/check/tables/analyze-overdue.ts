import type { ColumnFacts, TableFacts, TableUsage } from '../../facts/index.ts'
import { isManaged } from '../../facts/index.ts'
import type { Finding } from '../../finding.ts'
import { formatCount, formatShare, plural } from '../../quantity.ts'
import { type ObjectVerdict, objectFinding } from '../object-finding.ts'
import { defineRule, type Rule } from '../rule.ts'
import { autovacuumDue } from './autovacuum-due.ts'
import { partitionRoots, quoted, rowsOf, type UsedTable, usedTables } from './own-tables.ts'

const name = 'analyze_overdue'
const title = 'Planner statistics stale or missing'

/** Autoanalyze comes at one time the threshold. */
const overdue = 2
/** Plans of small tables hardly depend on statistics. */
const leastRows = 10_000

/** Tables whose statistics mislead the planner. See docs/findings/analyze_overdue.md. */
export const analyzeOverdue: Rule = defineRule({
  name,
  title,
  description: 'Finds tables whose planner statistics are missing, or older than most of the rows.',
  examines: 'tables',
  needs: ['tables', 'tableUsage', 'server', 'columns'],
  counters: true,
  judge({ tables, tableUsage, server, columns }) {
    const used = usedTables(tables, tableUsage)
    const described = withStatistics(columns)
    const parents = partitionedTables(tables, tableUsage, used)
    const missing = (table: TableFacts): boolean =>
      isUndescribed(table, described, tables) && !described.has(table.oid)
    const findings = [
      ...used.flatMap((one) => {
        if (rowsOf(one) < leastRows) return []
        if (wasNeverAnalysed(one.usage) && missing(one.table))
          return [never(one.table, rowsOf(one))]
        const { enabled, changed } = autovacuumDue(one.table, one.usage, server.settings)
        const due = enabled && changed.count > overdue * changed.threshold
        return due ? [stale(one, changed.threshold)] : []
      }),
      ...parents
        .filter(({ usage, rows, table }) => {
          return rows >= leastRows && wasNeverAnalysed(usage) && missing(table)
        })
        .map(({ table, rows }) => never(table, rows)),
    ]
    return { examined: used.length + parents.length, findings }
  },
})

function wasNeverAnalysed({ lastAnalyzeAt, lastAutoanalyzeAt }: TableUsage): boolean {
  return lastAnalyzeAt === null && lastAutoanalyzeAt === null
}

/** Tables of which the planner knows at least one column, as far as the role may see it. */
function withStatistics(columns: readonly ColumnFacts[]): Set<number> {
  return new Set(columns.filter(({ nullShare }) => nullShare !== null).map((one) => one.tableOid))
}

/**
 * Counters forget an analyze when they are reset, and pg_stats shows the columns of tables alone
 * that the role may read. Missing is only what is missing beside what is shown.
 */
function isUndescribed(
  table: TableFacts,
  described: ReadonlySet<number>,
  tables: readonly TableFacts[],
): boolean {
  if (table.rows === null) return true
  return tables.some(({ oid, owner }) => owner === table.owner && described.has(oid))
}

interface Parent {
  table: TableFacts
  usage: TableUsage
  rows: number
}

/** Autoanalyze visits partitions and never their parent, by whose statistics joins are planned. */
function partitionedTables(
  tables: readonly TableFacts[],
  usage: readonly TableUsage[],
  used: readonly UsedTable[],
): Parent[] {
  const roots = partitionRoots(tables)
  const rows = new Map<number, number>()
  for (const one of used) {
    const root = roots.get(one.table.oid)
    if (root !== undefined) rows.set(root.oid, (rows.get(root.oid) ?? 0) + rowsOf(one))
  }
  const byOid = new Map(usage.map((one) => [one.oid, one]))
  return tables.flatMap((table) => {
    const counted = byOid.get(table.oid)
    const root = table.kind === 'partitioned' && table.partitionOf === null && !isManaged(table)
    if (!root || counted === undefined) return []
    return [{ table, usage: counted, rows: rows.get(table.oid) ?? 0 }]
  })
}

function never(table: TableFacts, rows: number): Finding {
  const parent = table.kind === 'partitioned'
  return verdict(table, {
    level: 'WARN',
    summary: `${formatCount(rows)} rows, never analysed`,
    detail: parent
      ? `${quoted(table)} (${formatCount(rows)} rows in its partitions) was never analysed itself: autoanalyze visits its partitions only, and the planner guesses how many of its rows a join or a group has.`
      : `${quoted(table)} (${formatCount(rows)} rows) was never analysed: the planner guesses what is in it.`,
    remediation: `analyze ${quoted(table)};${parent ? '\n-- Autoanalyze never does: repeat it by a job, weekly for instance.' : ''}`,
    evidence: { rows },
  })
}

function stale(one: UsedTable, threshold: number): Finding {
  const { table, usage } = one
  const changed = usage.modifiedSinceAnalyze
  const share = changed / Math.max(1, rowsOf(one))
  return verdict(table, {
    level: share >= 1 ? 'WARN' : 'INFO',
    summary: `${plural(changed, 'row')} changed since the last analyze`,
    detail: `${plural(changed, 'row')} of ${quoted(table)} changed since its last analyze (${formatShare(share)} of ${formatCount(rowsOf(one))}); autoanalyze was due at ${formatCount(threshold)}.`,
    remediation: `analyze ${quoted(table)};`,
    evidence: { changed_rows: changed, threshold, rows: rowsOf(one) },
  })
}

function verdict(table: TableFacts, words: ObjectVerdict): Finding {
  return objectFinding(
    { name, title },
    {
      type: table.kind === 'partitioned' ? 'table' : table.kind,
      schema: table.schema,
      name: table.name,
    },
    words,
  )
}
