import { sql } from 'kysely'
import { type Database, readWrite } from '../../db/index.ts'

/**
 * Notes how large the largest tables are, once an hour however often it is called, and forgets what
 * is older than 35 days.
 *
 * @returns how many tables were noted: none if they were in this hour
 */
export async function noteTableSizes(db: Database): Promise<number> {
  return readWrite(db, async (trx) => {
    const { rows } = await sql<{ noted: number }>`
      select /* supascope */ supascope.note_table_sizes() as noted`.execute(trx)
    return rows[0]?.noted ?? 0
  })
}
