import { sql } from 'kysely'
import { apiTimeouts } from '../../analyze/index.ts'
import type { Capabilities, Trx } from '../../db/index.ts'
import type { SlowestStatement, TimeoutFacts } from '../../facts/index.ts'
import { requireStatistics } from '../require-statistics.ts'
import { readTimeoutSettings } from './server-limits.sql.ts'
import { exactTime } from './sessions.sql.ts'

/** A statement is near its timeout from this share of it on, by its slowest call. */
const nearShare = 0.5
const mostStatements = 100

/**
 * The statement_timeout of the API's requests, and the statements whose slowest call came near it.
 *
 * @throws ScopeError whatever {@link requireStatistics} says
 */
export async function readTimeouts(trx: Trx, capabilities: Capabilities): Promise<TimeoutFacts> {
  const { schema, version } = requireStatistics(capabilities)
  const { stored, serverMs } = await readTimeoutSettings(trx)
  const api = apiTimeouts(stored, serverMs)
  const bounded = api.flatMap(({ role, ms }) => (ms === null ? [] : [{ role, ms }]))
  if (bounded.length === 0) return { api, statements: [] }
  const hasSince = Number(version.split('.')[1]) >= 11
  const { rows } = await sql<SlowestStatement>`
    with /* supascope */ bounded as (
      select r.oid, r.rolname, b.ms
      from jsonb_to_recordset(${JSON.stringify(bounded)}::jsonb) as b (role text, ms double precision)
      join pg_roles r on r.rolname = b.role
    )
    select s.queryid::text, b.rolname::text as role, s.toplevel, s.calls::double precision as calls,
      s.mean_exec_time as "meanMs", s.stddev_exec_time as "stddevMs", s.max_exec_time as "maxMs",
      ${hasSince ? exactTime(sql`s.minmax_stats_since`) : sql`null::text`} as since
    from ${sql.id(schema, 'pg_stat_statements')}(false) s
    join bounded b on b.oid = s.userid
    where s.dbid = (select oid from pg_database where datname = current_database())
      and s.queryid is not null and s.max_exec_time >= ${nearShare} * b.ms
    order by s.max_exec_time / b.ms desc, s.queryid
    limit ${mostStatements}`.execute(trx)
  return { api, statements: rows }
}
