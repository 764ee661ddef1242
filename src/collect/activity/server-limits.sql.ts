import { sql } from 'kysely'
import type { StoredSetting } from '../../analyze/index.ts'
import type { Trx } from '../../db/index.ts'
import { exactTime } from './sessions.sql.ts'

/** What sessions are bounded by. */
export interface ServerLimits {
  /** The server's clock, exact. */
  now: string
  maxConnections: number
  reserved: number
  /** Every statement_timeout that is set for a role or for this database. */
  timeouts: StoredSetting[]
  /** The server's own, ms; null if it has none, or if this session's role hides it. */
  serverTimeoutMs: number | null
}

interface Row {
  now: string
  max_connections: number
  reserved: number
  timeouts: StoredSetting[] | null
  server_timeout_ms: number
}

export async function readServerLimits(trx: Trx): Promise<ServerLimits> {
  const { rows } = await sql<Row>`
    with /* supascope */ settings as (
      select r.rolname::text as role, s.setdatabase <> 0 as database,
        split_part(c.setting, '=', 2) as value
      from pg_db_role_setting s
      left join pg_roles r on r.oid = s.setrole
      cross join unnest(s.setconfig) as c (setting)
      where c.setting like 'statement\\_timeout=%' and (s.setrole = 0 or r.oid is not null)
        and s.setdatabase in (0, (select oid from pg_database where datname = current_database()))
    )
    select ${exactTime(sql`clock_timestamp()`)} as now,
      current_setting('max_connections')::integer as max_connections,
      current_setting('superuser_reserved_connections')::integer
        + coalesce(current_setting('reserved_connections', true)::integer, 0) as reserved,
      (select jsonb_agg(to_jsonb(s)) from settings s) as timeouts,
      -- What the role or database of this session overrides is not to be seen from here.
      (select case when exists (select from settings s where s.role is null or s.role = current_user)
        then 0 else reset_val::double precision end
        from pg_settings where name = 'statement_timeout') as server_timeout_ms`.execute(trx)
  const row = rows[0]
  if (row === undefined) throw new Error('the server limits have no row')
  return {
    now: row.now,
    maxConnections: row.max_connections,
    reserved: row.reserved,
    timeouts: row.timeouts ?? [],
    serverTimeoutMs: row.server_timeout_ms > 0 ? row.server_timeout_ms : null,
  }
}
