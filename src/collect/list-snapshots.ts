import { type Database, readOnly } from '../db/index.ts'
import { type SnapshotSummary, selectSnapshots } from './list-snapshots.sql.ts'

/** The newest stored snapshots, newest first. */
export function listSnapshots(db: Database, limit: number): Promise<SnapshotSummary[]> {
  return readOnly(db, (trx) => selectSnapshots(trx, limit))
}
