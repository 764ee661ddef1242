import { type Database, readOnly, readWrite } from '../../db/index.ts'
import { insertMark, pruneMarks, selectMarks } from './marks.sql.ts'

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

/** The marks of a span, oldest first; the latest hundred if there are more. */
export function readMarks(db: Database, span: { from: Date; to: Date }): Promise<Mark[]> {
  return readOnly(db, (trx) => selectMarks(trx, span))
}
