import { type Database, readWrite } from '../../db/index.ts'
import { insertMark, pruneMarks } from './marks.sql.ts'

/** A moment that somebody marked. */
export interface Mark {
  name: string
  /** ISO 8601. */
  at: string
  by: string | null
}

/**
 * Leaves a mark, and forgets those beyond the latest thousand.
 *
 * @param given - `at` null stands for now, by the server's clock.
 * @returns What is stored; `made` is false if the same mark was there at that time.
 */
export function storeMark(
  db: Database,
  given: { name: string; at: Date | null; by: string | null },
): Promise<Mark & { made: boolean }> {
  return readWrite(db, async (trx) => {
    const stored = await insertMark(trx, given)
    await pruneMarks(trx)
    return stored
  })
}
