import type { HistoryPoint, StatementHistory } from '../../analyze/regressions/index.ts'
import { type Database, readOnly } from '../../db/index.ts'
import type { StatementKey } from '../statement-registry.sql.ts'
import {
  type BucketRow,
  readHistoryBuckets,
  readHistoryRows,
  type StatementRow,
} from './read-history.sql.ts'

/** The history of one statement. */
export interface ReadHistory extends StatementKey {
  points: StatementHistory
}

/**
 * The stored history of some statements up to a time: the last 48 hours by quarters of an hour, 35
 * days by the hour. A stretch in which a statement did nothing has a point of zeros, one that
 * nobody watched has none.
 */
export async function readHistory(
  db: Database,
  { to, keys }: { to: Date; keys: readonly StatementKey[] },
): Promise<ReadHistory[]> {
  if (keys.length === 0) return []
  return readOnly(db, async (trx) => {
    const buckets = await readHistoryBuckets(trx, to)
    const rows = await readHistoryRows(trx, to, keys)
    return rows.map((row) => {
      const { queryid, role, toplevel } = row
      return { queryid, role, toplevel, points: pointsOf(row, buckets) }
    })
  })
}

function pointsOf(row: StatementRow, buckets: readonly BucketRow[]): HistoryPoint[] {
  const points = buckets.map(({ at, width }) => ({ at, width, calls: 0, totalMs: 0, rows: 0 }))
  for (const [i, bucket] of row.buckets.entries()) {
    const point = points[bucket]
    if (point === undefined) continue
    point.calls = row.calls[i] ?? 0
    point.totalMs = row.total_ms[i] ?? 0
    point.rows = row.rows[i] ?? 0
  }
  return points
}
