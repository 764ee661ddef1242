import { sql } from 'kysely'
import type { Trx } from '../../db/index.ts'
import type { Ending, OpenEpisode, Sighting } from './episodes.ts'
import { exactTime } from './sessions.sql.ts'

/** The sampler's row, locked until the end of the transaction. */
export interface Sampler {
  /** Old rows have not been deleted for an hour. */
  pruneDue: boolean
}

/** Null if another sampler is at work. */
export async function lockSampler(trx: Trx): Promise<Sampler | null> {
  const { rows } = await sql<Sampler>`
    select /* supascope */ last_pruned_at < now() - interval '1 hour' as "pruneDue"
    from supascope.activity_sampler where id = 1 for update skip locked`.execute(trx)
  return rows[0] ?? null
}

/** Episodes that went on when they were last looked at, not long ago. */
export async function readOpenEpisodes(trx: Trx): Promise<OpenEpisode[]> {
  const { rows } = await sql<OpenEpisode>`
    select /* supascope */ id::text, kind, pid, ${exactTime(sql`backend_start`)} as backend_start,
      ${exactTime(sql`started_at`)} as started_at, ${exactTime(sql`last_seen_at`)} as last_seen_at,
      role_name
    from supascope.activity_episodes
    where outcome is null and last_seen_at > now() - interval '1 hour'
    order by last_seen_at desc, id
    limit 200`.execute(trx)
  return rows
}

export async function storeSightings(trx: Trx, sightings: readonly Sighting[]): Promise<void> {
  if (sightings.length === 0) return
  await sql`
    insert /* supascope */ into supascope.activity_episodes as e (kind, pid, backend_start, started_at,
      first_seen_at, last_seen_at, sightings, timeout_ms, pool, role_name, application, state, queryid,
      query, transaction_started_at, wait_type, wait_event, blocked_ms, lock_type, lock_mode,
      lock_object, blocked_by, root, blocking_peak)
    select kind, pid, backend_start, started_at, seen_at, seen_at, 1, timeout_ms, pool, role_name,
      application, state, queryid, query, transaction_started_at, wait_type, wait_event, blocked_ms,
      lock_type, lock_mode, lock_object, blocked_by, root, blocking_peak
    from jsonb_to_recordset(${JSON.stringify(sightings)}::jsonb) as s (kind text, pid integer,
      backend_start timestamptz, started_at timestamptz, seen_at timestamptz,
      timeout_ms double precision, pool text, role_name text, application text, state text,
      queryid bigint, query text, transaction_started_at timestamptz, wait_type text,
      wait_event text, blocked_ms double precision, lock_type text, lock_mode text,
      lock_object text, blocked_by integer[], root jsonb, blocking_peak integer)
    on conflict (pid, backend_start, started_at, kind) do update
    set last_seen_at = excluded.last_seen_at, sightings = e.sightings + 1, state = excluded.state,
      wait_type = excluded.wait_type, wait_event = excluded.wait_event,
      blocked_ms = greatest(e.blocked_ms, excluded.blocked_ms),
      lock_type = coalesce(excluded.lock_type, e.lock_type),
      lock_mode = coalesce(excluded.lock_mode, e.lock_mode),
      lock_object = coalesce(excluded.lock_object, e.lock_object),
      blocked_by = case when excluded.blocked_by = '{}' then e.blocked_by else excluded.blocked_by end,
      root = coalesce(excluded.root, e.root),
      blocking_peak = greatest(e.blocking_peak, excluded.blocking_peak),
      -- What was taken for over went on.
      outcome = null, ended_at = null, certain = false`.execute(trx)
}

export async function storeEndings(trx: Trx, endings: readonly Ending[]): Promise<void> {
  if (endings.length === 0) return
  await sql`
    update /* supascope */ supascope.activity_episodes e
    set outcome = s.outcome, ended_at = s.ended_at, certain = s.certain,
      timeout_ms = coalesce(s.timeout_ms, e.timeout_ms)
    from jsonb_to_recordset(${JSON.stringify(endings)}::jsonb) as s (id bigint, outcome text,
      ended_at timestamptz, certain boolean, timeout_ms double precision)
    where e.id = s.id`.execute(trx)
}

/** What is added to a minute. */
export interface MinuteSums {
  /** The server's clock, exact. */
  now: string
  samples: number
  connections: number
  connections_peak: number
  active_peak: number
  blocked_peak: number
  max_connections: number
  reserved: number
}

export async function storeMinute(trx: Trx, minute: MinuteSums): Promise<void> {
  await sql`
    insert /* supascope */ into supascope.activity_minutes as m (minute, samples, connections,
      connections_peak, active_peak, blocked_peak, max_connections, reserved)
    values (date_trunc('minute', ${minute.now}::timestamptz), ${minute.samples},
      ${minute.connections}, ${minute.connections_peak}, ${minute.active_peak},
      ${minute.blocked_peak}, ${minute.max_connections}, ${minute.reserved})
    on conflict (minute) do update
    set samples = m.samples + excluded.samples, connections = m.connections + excluded.connections,
      connections_peak = greatest(m.connections_peak, excluded.connections_peak),
      active_peak = greatest(m.active_peak, excluded.active_peak),
      blocked_peak = greatest(m.blocked_peak, excluded.blocked_peak),
      max_connections = excluded.max_connections, reserved = excluded.reserved`.execute(trx)
}

/** What is added to the groups of a minute. */
export interface GroupSums {
  pool: string
  role_name: string
  application: string
  state: string
  wait_type: string
  wait_event: string
  backends: number
  peak: number
}

/** Groups of a minute beyond this number are added up under the application `(others)`. */
const mostGroupsPerMinute = 60

export async function storeGroups(
  trx: Trx,
  now: string,
  groups: readonly GroupSums[],
): Promise<void> {
  if (groups.length === 0) return
  await sql`
    with /* supascope */ seen as (
      select s.*, row_number() over (order by s.backends desc) as place
      from jsonb_to_recordset(${JSON.stringify(groups)}::jsonb) as s (pool text, role_name text,
        application text, state text, wait_type text, wait_event text, backends integer,
        peak integer)
    ), kept as materialized (
      select g.pool, g.role_name, g.application, g.state, g.wait_type, g.wait_event
      from supascope.activity_groups g
      where g.minute = date_trunc('minute', ${now}::timestamptz)
    ), told as (
      select s.backends, s.peak, s.state,
        k.pool is not null or s.place + (select count(*) from kept) <= ${mostGroupsPerMinute} as apart,
        s.pool, s.role_name, s.application, s.wait_type, s.wait_event
      from seen s left join kept k using (pool, role_name, application, state, wait_type, wait_event)
    )
    insert into supascope.activity_groups as g (minute, pool, role_name, application, state,
      wait_type, wait_event, backends, peak)
    select date_trunc('minute', ${now}::timestamptz), pool,
      case when apart then role_name else '' end, case when apart then application else '(others)' end,
      case when apart then state else '' end, case when apart then wait_type else '' end,
      case when apart then wait_event else '' end, sum(backends), sum(peak)
    from told
    group by 1, 2, 3, 4, 5, 6, 7
    on conflict (minute, pool, role_name, application, state, wait_type, wait_event) do update
    set backends = g.backends + excluded.backends, peak = greatest(g.peak, excluded.peak)`.execute(
    trx,
  )
}

/** What is kept: see the comments of the tables. */
const rowsPerPrune = 50_000
const mostEpisodes = 20_000

/** Deletes what is too old or too much, in one bounded step. */
export async function prune(trx: Trx): Promise<void> {
  for (const [table, days] of [
    ['activity_groups', 3],
    ['activity_minutes', 35],
  ] as const) {
    await sql`
      delete /* supascope */ from ${sql.id('supascope', table)} t
      where t.ctid in (select x.ctid from ${sql.id('supascope', table)} x
        where x.minute < now() - ${days} * interval '1 day' limit ${rowsPerPrune})`.execute(trx)
  }
  await sql`
    delete /* supascope */ from supascope.activity_episodes
    where last_seen_at < now() - interval '35 days'
      or id <= (select id from supascope.activity_episodes order by id desc
        offset ${mostEpisodes} limit 1)`.execute(trx)
  await sql`
    update /* supascope */ supascope.activity_sampler set last_pruned_at = now()`.execute(trx)
}

export async function storeSampler(trx: Trx, now: string): Promise<void> {
  await sql`
    update /* supascope */ supascope.activity_sampler
    set last_sampled_at = ${now}::timestamptz where id = 1`.execute(trx)
}
