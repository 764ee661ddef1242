import { sql } from 'kysely'
import type { Trx } from '../db/index.ts'

/** A stored snapshot without its figures. */
export interface SnapshotSummary {
  id: string
  taken_at: Date
  /** Null for a baseline. */
  interval_from: Date | null
  /** Snapshots merged into this one; 0 for a baseline. */
  intervals: number
  incomplete_intervals: number
  /** Bits of `gapFlags`. */
  gaps: number
  /** Statements that changed. */
  changed: number
  /** Entries that pg_stat_statements held for this database. */
  entries: number
}

export async function selectSnapshots(trx: Trx, limit: number): Promise<SnapshotSummary[]> {
  const result = await sql<SnapshotSummary>`
    select /* supascope */ s.id::text, s.taken_at, s.interval_from, s.intervals,
      s.incomplete_intervals, s.gaps, cardinality(s.statement_ids) as changed, s.entries
    from supascope.snapshots s
    order by s.taken_at desc
    limit ${limit}`.execute(trx)
  return result.rows
}
