import { sql } from 'kysely'
import type { Trx } from '../db/index.ts'
import { statementsFunction } from './statement-columns.ts'

/** Texts of this database's entries as the server has them now, by query id. */
export async function readLiveTexts(
  trx: Trx,
  schema: string,
  queryids: readonly string[],
): Promise<Map<string, string>> {
  const result = await sql<{ queryid: string; query: string }>`
    select /* supascope */ distinct on (s.queryid) s.queryid::text, s.query
    from ${statementsFunction(schema, true)} s
    where s.queryid = any(${queryids}::bigint[]) and s.query <> '<insufficient privilege>'
      and s.dbid = (select oid from pg_database where datname = current_database())`.execute(trx)
  return new Map(result.rows.map(({ queryid, query }) => [queryid, query]))
}
