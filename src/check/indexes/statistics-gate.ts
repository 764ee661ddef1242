import type { ColumnFacts } from '../../facts/index.ts'
import type { WholeTable } from './whole.ts'

/** Share of the rows that may have changed since the last ANALYZE. */
const staleShare = 0.5

/**
 * Whether what the planner knows of a table can be judged by: it was analysed (by hand, by
 * autovacuum or on the old server, all are as good), and most of its rows are still those.
 * `--schema-only` and a cold cache of counters know of no changes.
 */
export function hasFreshStatistics(
  { rows, usage }: WholeTable,
  columns: readonly (ColumnFacts | undefined)[],
): boolean {
  if (rows === null || columns.some((column) => (column?.nullShare ?? null) === null)) return false
  return (usage?.modifiedSinceAnalyze ?? 0) <= staleShare * Math.max(rows, 1)
}
