import { type RawBuilder, sql } from 'kysely'
import type { CutOffStatements, Pool } from '../../analyze/index.ts'
import type { Capabilities, Trx } from '../../db/index.ts'
import type { ActivityHistory, ConnectionGroup, Episode } from '../../facts/index.ts'
import { exactTime } from './sessions.sql.ts'

/** Whether this role may read the stored samples; false where there is no table of them. */
export async function maySeeSamples(trx: Trx, { schema }: Capabilities): Promise<boolean> {
  if (schema?.objects.has('activity_sampler') !== true) return false
  // Not by name: a role that may not use the schema is refused the lookup itself.
  const { rows } = await sql<{ allowed: boolean }>`
    select /* supascope */ bool_and(has_schema_privilege(n.oid, 'usage')
      and has_table_privilege(c.oid, 'select')) as allowed
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'supascope' and c.relkind = 'r' and c.relname like 'activity\\_%'`.execute(
    trx,
  )
  return rows[0]?.allowed === true
}

/** More episodes than this are not read: the last ones count. */
const mostEpisodes = 2_000

export async function readEpisodes(trx: Trx, hours: number): Promise<Episode[]> {
  const { rows } = await sql<Episode>`
    select /* supascope */ kind, pid, ${exactTime(sql`started_at`)} as "startedAt",
      ${exactTime(sql`last_seen_at`)} as "lastSeenAt", sightings, false as running,
      ${exactTime(sql`ended_at`)} as "endedAt", outcome, certain, timeout_ms as "timeoutMs", pool,
      role_name as role, application, state, queryid::text, query,
      ${exactTime(sql`transaction_started_at`)} as "transactionStartedAt", wait_type as "waitType",
      wait_event as "waitEvent", blocked_ms as "blockedMs", lock_type as "lockType",
      lock_mode as "lockMode", lock_object as "lockObject", blocked_by as "blockedBy", root,
      blocking_peak as "blockingPeak"
    from supascope.activity_episodes
    where last_seen_at >= now() - ${hours} * interval '1 hour'
    order by last_seen_at desc, id desc
    limit ${mostEpisodes}`.execute(trx)
  return rows
}

interface MinutesRow {
  from: string | null
  to: string | null
  samples: number
  minutes: number
  peak_minute: string | null
  peak: number | null
  max_connections: number | null
  reserved: number | null
}

/** What the samples of the last hours add up to; null if none was taken. */
export async function readHistory(trx: Trx, hours: number): Promise<ActivityHistory | null> {
  const span = sql`minute >= now() - ${hours} * interval '1 hour'`
  const { rows } = await sql<MinutesRow>`
    with /* supascope */ minutes as materialized (
      select * from supascope.activity_minutes where ${span}
    ), peak as (
      select * from minutes order by connections_peak::float8 / greatest(max_connections - reserved, 1) desc,
        minute desc limit 1
    )
    select ${exactTime(sql`min(m.minute)`)} as from,
      ${exactTime(sql`max(m.minute) + interval '1 minute'`)} as to,
      coalesce(sum(m.samples), 0)::integer as samples, count(*)::integer as minutes,
      (select ${exactTime(sql`minute`)} from peak) as peak_minute,
      (select connections_peak from peak) as peak,
      (select max_connections from peak) as max_connections, (select reserved from peak) as reserved
    from minutes m`.execute(trx)
  const row = rows[0]
  if (!row?.from || !row.to) return null
  return {
    from: row.from,
    to: row.to,
    samples: row.samples,
    minutes: row.minutes,
    peak: row.peak_minute === null ? null : await readPeak(trx, row),
    waits: await readWaits(trx, span),
  }
}

async function readPeak(trx: Trx, row: MinutesRow): Promise<ActivityHistory['peak']> {
  const { rows } = await sql<ConnectionGroup & { pool: Pool }>`
    select /* supascope */ g.pool, g.role_name as role, g.application, g.state,
      sum(g.backends)::float8 / max(m.samples) as connections
    from supascope.activity_groups g join supascope.activity_minutes m using (minute)
    where g.minute = ${row.peak_minute}::timestamptz
    group by 1, 2, 3, 4
    order by connections desc`.execute(trx)
  return {
    at: row.peak_minute ?? '',
    used: row.peak ?? 0,
    maxConnections: row.max_connections ?? 0,
    reserved: row.reserved ?? 0,
    groups: rows,
  }
}

async function readWaits(trx: Trx, span: RawBuilder<unknown>): Promise<ActivityHistory['waits']> {
  const { rows } = await sql<ActivityHistory['waits'][number]>`
    select /* supascope */ wait_type as type, wait_event as event, sum(backends)::float8 as sightings
    from supascope.activity_groups
    -- Active sessions of Supascope itself are its own affair.
    where ${span} and state = 'active' and pool <> 'supascope'
    group by 1, 2
    order by 3 desc, 1, 2`.execute(trx)
  return rows
}

/** What the samples of a window saw of statements that were cut off; null if none was taken. */
export async function readCutOff(
  trx: Trx,
  { from, to }: { from: string | null; to: string },
): Promise<CutOffStatements | null> {
  const { rows } = await sql<CutOffStatements>`
    with /* supascope */ ended as (
      select outcome, certain, last_seen_at from supascope.activity_episodes
      where kind = 'statement' and outcome in ('timed_out', 'failed') and pool <> 'supascope'
        and last_seen_at between coalesce(${from}::timestamptz, '-infinity') and ${to}::timestamptz
    )
    select coalesce(sum(samples), 0)::integer as samples, count(*)::integer as minutes,
      (select count(*)::integer from ended where outcome = 'timed_out' and certain) as "timedOut",
      (select count(*)::integer from ended where outcome = 'timed_out' and not certain) as likely,
      (select count(*)::integer from ended where outcome = 'failed') as failed
    from supascope.activity_minutes
    where minute between date_trunc('minute', coalesce(${from}::timestamptz, '-infinity'))
      and ${to}::timestamptz`.execute(trx)
  const [row] = rows
  return row === undefined || row.samples === 0 ? null : row
}
