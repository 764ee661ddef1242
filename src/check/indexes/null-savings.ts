import type { ColumnFacts } from '../../facts/index.ts'
import { hasFreshStatistics } from './statistics-gate.ts'
import type { SurveyedIndex } from './survey.ts'

/** Smaller tables are not worth a second index to think of. */
const leastRows = 100_000
/** From this share of nulls on, most of an index leads to nothing. */
const leastNullShare = 0.5
/** What they must take, bytes. */
const leastSavedBytes = 1024 ** 2
/** Equal keys share a list of row addresses of so many bytes each (PostgreSQL 13 and later). */
const bytesPerNull = 6

/** What the nulls of an index's first column cost. */
export interface NullCost {
  column: ColumnFacts
  nullShare: number
  nulls: number
  /** At least this many bytes, where the nulls' row addresses share their key. */
  savedBytes: number
}

/**
 * The first column of a B-tree on all rows, if it is null in most of very many rows; null where
 * that is not so, or where the planner's statistics are too old to say so.
 */
export function nullCost(one: SurveyedIndex): NullCost | null {
  const { index, whole, columns, doomed, bytes, usage } = one
  const column = columns[0]
  if (doomed || index.unique || index.method !== 'btree' || index.predicate !== null) return null
  // What nobody reads is to be dropped, not to be made smaller.
  if (column === undefined || column.notNull || usage?.scans === 0) return null
  if (!hasFreshStatistics(whole, [column])) return null
  const nullShare = column.nullShare ?? 0
  const nulls = Math.round((whole.rows ?? 0) * nullShare)
  const savedBytes = Math.min(nulls * bytesPerNull, bytes)
  const matters = nullShare > leastNullShare && savedBytes >= leastSavedBytes
  return matters && (whole.rows ?? 0) >= leastRows ? { column, nullShare, nulls, savedBytes } : null
}
