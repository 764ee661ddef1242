import { type RawBuilder, sql } from 'kysely'
import type { Trx } from '../../db/index.ts'

/** A time as ISO 8601 with microseconds, so that it identifies what began then. */
export function exactTime(time: RawBuilder<unknown>): RawBuilder<string> {
  return sql<string>`to_char((${time}) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
}

/** Connections of the server that do the same. */
export interface GroupRow {
  role: string
  application: string
  state: string
  /** Of active ones; empty for the others, and for those that work. */
  wait_type: string
  wait_event: string
  connections: number
}

/** Names of programs are theirs to choose: more groups than this are not told apart. */
const mostGroups = 200

/** Counts the client connections of the whole server, this one left out. */
export async function readGroups(trx: Trx): Promise<GroupRow[]> {
  const { rows } = await sql<GroupRow>`
    select /* supascope */ coalesce(usename, '')::text as role,
      coalesce(application_name, '') as application, coalesce(state, '') as state,
      case when state = 'active' then coalesce(wait_event_type, '') else '' end as wait_type,
      case when state = 'active' then coalesce(wait_event, '') else '' end as wait_event,
      count(*)::integer as connections
    from pg_stat_activity
    where backend_type = 'client backend' and pid <> pg_backend_pid()
    group by 1, 2, 3, 4, 5
    order by 6 desc, 1, 2, 3, 4, 5
    limit ${mostGroups}`.execute(trx)
  return rows
}

/** A session that is worth a look. Times are exact. */
export interface SessionRow {
  pid: number
  backend_start: string
  role: string
  application: string
  state: string
  query_start: string | null
  state_change: string | null
  xact_start: string | null
  wait_type: string | null
  wait_event: string | null
  queryid: string | null
  query: string
}

export interface SessionFilter {
  /** Sessions wanted in any case. */
  pids: readonly number[]
  /** Others only if they are busy with one statement for this long, ms, or wait for a lock… */
  statementMs: number
  /** …or are idle in a transaction for this long, ms. */
  idleMs: number
}

/** More sessions than this are not looked at in one sample: the oldest transactions come first. */
const mostSessions = 200
/** Characters of a running statement that are kept. */
const queryLength = 2_000

const sessionColumns = sql`
  a.pid, ${exactTime(sql`a.backend_start`)} as backend_start, coalesce(a.usename, '')::text as role,
  case a.backend_type when 'client backend' then coalesce(a.application_name, '')
    else a.backend_type end as application,
  coalesce(a.state, '') as state, ${exactTime(sql`a.query_start`)} as query_start,
  ${exactTime(sql`a.state_change`)} as state_change, ${exactTime(sql`a.xact_start`)} as xact_start,
  a.wait_event_type as wait_type, a.wait_event, a.query_id::text as queryid,
  left(coalesce(a.query, ''), ${queryLength}) as query`

/** Reads sessions of this database that may be in trouble. */
export async function readSessions(trx: Trx, filter: SessionFilter): Promise<SessionRow[]> {
  const { rows } = await sql<SessionRow>`
    select /* supascope */ ${sessionColumns}
    from pg_stat_activity a
    where a.datname = current_database() and a.backend_type = 'client backend'
      and a.pid <> pg_backend_pid()
      and (a.pid = any (${[...filter.pids]}::integer[])
        or a.state = 'active' and (a.wait_event_type = 'Lock'
          or a.query_start < clock_timestamp() - ${filter.statementMs} * interval '1 ms')
        or a.state like 'idle in transaction%'
          and a.state_change < clock_timestamp() - ${filter.idleMs} * interval '1 ms')
    order by a.pid = any (${[...filter.pids]}::integer[]) desc,
      a.wait_event_type is not distinct from 'Lock' desc, coalesce(a.xact_start, a.query_start), a.pid
    limit ${mostSessions}`.execute(trx)
  return rows
}

/** Reads sessions by their process ids, of whatever kind: those that others wait for. */
export async function readBlockers(trx: Trx, pids: readonly number[]): Promise<SessionRow[]> {
  const { rows } = await sql<SessionRow>`
    select /* supascope */ ${sessionColumns}
    from pg_stat_activity a where a.pid = any (${[...pids]}::integer[])`.execute(trx)
  return rows
}

/** How long a session waits for which lock, and who is in its way. */
export interface LockRow {
  pid: number
  blocked_by: number[]
  waiting_since: string | null
  lock_type: string | null
  lock_mode: string | null
  lock_object: string | null
}

/**
 * Asks the lock manager who is in whose way. It stops all lock traffic for a moment, which grows
 * with the number of locks: so only for sessions that wait.
 */
export async function readLocks(trx: Trx, pids: readonly number[]): Promise<LockRow[]> {
  const { rows } = await sql<LockRow>`
    with /* supascope */ locks as materialized (
      select * from pg_locks where pid = any (${[...pids]}::integer[])
    ), waiting as (
      select distinct on (pid) * from locks where not granted order by pid, waitstart
    )
    select w.pid, pg_blocking_pids(w.pid) as blocked_by, ${exactTime(sql`w.waitstart`)} as waiting_since,
      w.locktype as lock_type, w.mode as lock_mode,
      -- Who waits for a row's last writer holds the row's own lock, which names the table.
      (select quote_ident(n.nspname) || '.' || quote_ident(c.relname)
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.oid = coalesce(w.relation, (select t.relation from locks t
          where t.pid = w.pid and t.granted and t.locktype = 'tuple' limit 1))
          and coalesce(w.database, 0) in (0, (select oid from pg_database
            where datname = current_database()))) as lock_object
    from waiting w`.execute(trx)
  return rows
}
