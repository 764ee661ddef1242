import { sql } from 'kysely'
import type { Trx } from '../db/index.ts'
import { statementColumns, statementsFunction } from './statement-columns.ts'

/** One entry with its text, counters under our column names. */
export interface LifetimeRow extends Record<string, unknown> {
  queryid: string | null
  role: string
  toplevel: boolean
  query: string | null
  stddev_ms: number
}

export async function readLifetimeRows(
  trx: Trx,
  schema: string,
  version: string,
): Promise<LifetimeRow[]> {
  const result = await sql<LifetimeRow>`
    select /* supascope */ e.*, e.queryid::text as queryid,
      coalesce(r.rolname, 'dropped role ' || e.userid) as role
    from (
      select ${statementColumns(version)}, s.query
      from ${statementsFunction(schema, true)} s
      where s.dbid = (select oid from pg_database where datname = current_database())
    ) e
    left join pg_roles r on r.oid = e.userid`.execute(trx)
  return result.rows
}

export async function readStatisticsInfo(
  trx: Trx,
  schema: string,
): Promise<{ since: Date; now: Date; evictions: number }> {
  const result = await sql<{ since: Date; now: Date; evictions: number }>`
    select /* supascope */ stats_reset as since, clock_timestamp() as now,
      dealloc::double precision as evictions
    from ${sql.id(schema, 'pg_stat_statements_info')}`.execute(trx)
  const row = result.rows[0]
  if (row === undefined) throw new Error('pg_stat_statements_info is empty')
  return row
}
