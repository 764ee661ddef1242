import { sql } from 'kysely'
import { counterNames } from '../analyze/index.ts'
import type { Trx } from '../db/index.ts'
import { columnOf, counterExpression, statementsFunction } from './statement-columns.ts'

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
  const counters = counterNames.map(
    (name) => sql`${counterExpression(version, name)} as ${sql.id(columnOf(name))}`,
  )
  const result = await sql<LifetimeRow>`
    select /* supascope */ s.queryid::text, s.toplevel, s.query,
      coalesce(r.rolname, 'dropped role ' || s.userid) as role,
      s.stddev_exec_time as stddev_ms, ${sql.join(counters)}
    from ${statementsFunction(schema, true)} s
    left join pg_roles r on r.oid = s.userid
    where s.dbid = (select oid from pg_database where datname = current_database())`.execute(trx)
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
