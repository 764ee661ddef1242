import { type Database, readOnly, readWrite } from '../db/index.ts'
import {
  deleteExpired,
  deleteStatements,
  deleteTexts,
  mergeSnapshots,
  selectMergeable,
  selectUnused,
} from './retain-snapshots.sql.ts'

export interface Retention {
  /** Hours for which every snapshot is kept; older ones are merged by the hour. */
  snapshotHours: number
  /** Days for which merged hours are kept. */
  days: number
}

export interface RetentionResult {
  /** Snapshots that were merged with others of their hour. */
  merged: number
  /** Snapshots that were too old. */
  expired: number
  /** Statements of which no kept snapshot speaks any more. */
  statements: number
}

/** Hours that one run merges at most: what is left is the next run's. */
const hoursPerRun = 200

/**
 * Keeps the history small. Each step is a transaction of its own, so that it may be stopped at any
 * point and run again at any time, by several at once; it never waits for a collector for long.
 *
 * Sums stay what they were; only the time at which something happened is known to the hour then.
 */
export async function retainSnapshots(
  db: Database,
  { snapshotHours, days }: Retention,
): Promise<RetentionResult> {
  const expired = await readWrite(db, (trx) => deleteExpired(trx, days))
  const groups = await readOnly(db, (trx) => selectMergeable(trx, snapshotHours, hoursPerRun))
  let merged = 0
  for (const ids of groups) merged += await readWrite(db, (trx) => mergeSnapshots(trx, ids))
  // Only an expired snapshot can leave statements behind that no other one speaks of.
  const statements = expired === 0 ? 0 : await forgetStatements(db)
  return { merged, expired, statements }
}

async function forgetStatements(db: Database): Promise<number> {
  const unused = await readOnly(db, (trx) => selectUnused(trx))
  if (unused.ids.length === 0) return 0
  return readWrite(db, async (trx) => {
    const deleted = await deleteStatements(trx, unused)
    await deleteTexts(trx)
    return deleted
  })
}
