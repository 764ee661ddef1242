import { sql } from 'kysely'
import type { StoredSetting } from '../../analyze/index.ts'
import type { Trx } from '../../db/index.ts'
import { exactTime } from './sessions.sql.ts'

/** What connections are bounded by, and when that was so. */
export interface ServerLimits {
  /** The server's clock, exact. */
  now: string
  maxConnections: number
  /** Of these kept for superusers and for members of pg_use_reserved_connections. */
  reserved: number
}

export async function readServerLimits(trx: Trx): Promise<ServerLimits> {
  const { rows } = await sql<ServerLimits>`
    select /* supascope */ ${exactTime(sql`clock_timestamp()`)} as now,
      current_setting('max_connections')::integer as "maxConnections",
      current_setting('superuser_reserved_connections')::integer
        + coalesce(current_setting('reserved_connections', true)::integer, 0) as reserved`.execute(
    trx,
  )
  const row = rows[0]
  if (row === undefined) throw new Error('the server limits have no row')
  return row
}

/** Every statement_timeout that a session of this database may get. */
export interface TimeoutSettings {
  /** Those that are set for a role or for this database. */
  stored: StoredSetting[]
  /** The server's own, ms; null if it has none, or if this session's role hides it. */
  serverMs: number | null
}

export async function readTimeoutSettings(trx: Trx): Promise<TimeoutSettings> {
  const { rows } = await sql<{ stored: StoredSetting[] | null; server_ms: number }>`
    with /* supascope */ settings as (
      select r.rolname::text as role, s.setdatabase <> 0 as database,
        split_part(c.setting, '=', 2) as value
      from pg_db_role_setting s
      left join pg_roles r on r.oid = s.setrole
      cross join unnest(s.setconfig) as c (setting)
      where c.setting like 'statement\\_timeout=%' and (s.setrole = 0 or r.oid is not null)
        and s.setdatabase in (0, (select oid from pg_database where datname = current_database()))
    )
    select (select jsonb_agg(to_jsonb(s)) from settings s) as stored,
      -- What the role or database of this session overrides is not to be seen from here.
      (select case when exists (select from settings s where s.role is null or s.role = current_user)
        then 0 else reset_val::double precision end
        from pg_settings where name = 'statement_timeout') as server_ms`.execute(trx)
  const { stored = null, server_ms: serverMs = 0 } = rows[0] ?? {}
  return { stored: stored ?? [], serverMs: serverMs > 0 ? serverMs : null }
}
