import { type RawBuilder, sql } from 'kysely'
import type { StatisticsFacts } from '../analyze/index.ts'
import type { Trx } from '../db/index.ts'
import { ScopeError } from '../errors.ts'

/** How the statistics stand, and what the last snapshot left behind. */
export interface CollectorFacts {
  systemIdentifier: string
  databaseId: number
  extensionVersion: string
  /** Milliseconds since 1970, by the server's clock. */
  takenAt: number
  now: StatisticsFacts
  /** Null if there is no last snapshot, or none that this one can be compared with. */
  last: LastSnapshot | null
  /** Whether any snapshot was taken before. */
  hasHistory: boolean
  /** When another collector took a snapshot while this one waited for the lock. */
  takenMeanwhile: number | null
  resetQueryids: string[]
  foreignResetCalls: number
  /** Whether statements wait for their text since an earlier snapshot. */
  textsWanted: boolean
  /** Milliseconds since 1970; null if texts were never read. */
  lastTextReadAt: number | null
}

export interface LastSnapshot extends StatisticsFacts {
  takenAt: number
  entries: number
  databaseStats: Record<string, number>
}

interface Row {
  system_identifier: string
  database_id: number
  extension_version: string
  taken_at: number
  server_started_at: number
  stats_reset: number
  dealloc: number
  max_entries: number
  comparable: boolean
  last_taken_at: number | null
  taken_meanwhile: boolean | null
  last_server_started_at: number
  last_stats_reset: number
  last_dealloc: number
  last_max_entries: number
  last_entries: number
  last_database_stats: Record<string, number>
  reset_queryids: string[]
  foreign_reset_calls: number
  texts_wanted: boolean
  last_text_read_at: number | null
}

/** Microseconds since 1970: exact in a double, unlike a Date. */
function micros(time: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(extract(epoch from ${time}) * 1000000)::double precision`
}

function liveFacts(schema: string): RawBuilder<unknown> {
  const info = sql.id(schema, 'pg_stat_statements_info')
  return sql`
    ${micros(sql`pg_postmaster_start_time()`)} as server_started_at,
    ${micros(sql`(select stats_reset from ${info})`)} as stats_reset,
    (select dealloc::double precision from ${info}) as dealloc,
    current_setting('pg_stat_statements.max')::integer as max_entries`
}

/**
 * Locks the collector, then reads how things stand. In this order: evictions that happen between
 * this and the reading of the entries count for both intervals, so that neither looks complete.
 *
 * @throws ScopeError SCOPE_SCHEMA_BROKEN
 */
export async function lockCollector(trx: Trx, schema: string): Promise<CollectorFacts> {
  const result = await sql<Row>`
    with /* supascope */ mine as materialized (
      select * from supascope.collector where id = 1 for update
    ), identity as materialized (
      select (select system_identifier from pg_control_system()) as system_identifier,
        (select oid from pg_database where datname = current_database()) as database_id,
        (select extversion from pg_extension where extname = 'pg_stat_statements')
          as extension_version
    )
    select identity.system_identifier::text, identity.database_id, identity.extension_version,
      floor(extract(epoch from clock_timestamp()) * 1000)::double precision as taken_at,
      ${liveFacts(schema)},
      (mine.system_identifier, mine.database_id, mine.extension_version)
        is not distinct from
        (identity.system_identifier, identity.database_id, identity.extension_version)
        as comparable,
      (extract(epoch from mine.last_taken_at) * 1000)::double precision as last_taken_at,
      mine.last_taken_at >= date_trunc('milliseconds', now()) as taken_meanwhile,
      ${micros(sql`mine.server_started_at`)} as last_server_started_at,
      ${micros(sql`mine.stats_reset`)} as last_stats_reset,
      mine.dealloc::double precision as last_dealloc,
      mine.max_entries as last_max_entries,
      mine.entries as last_entries,
      mine.database_stats as last_database_stats,
      mine.reset_queryids::text[] as reset_queryids,
      mine.foreign_reset_calls::double precision as foreign_reset_calls,
      mine.texts_wanted,
      (extract(epoch from mine.last_text_read_at) * 1000)::double precision as last_text_read_at
    from mine, identity`.execute(trx)
  const row = result.rows[0]
  if (row !== undefined) return factsOf(row)
  throw new ScopeError(
    'SCOPE_SCHEMA_BROKEN',
    'the row of supascope.collector is gone',
    'run: insert into supascope.collector default values;',
  )
}

function factsOf(row: Row): CollectorFacts {
  const { last_taken_at: lastTakenAt } = row
  // A clock that was set back makes intervals that end before they begin.
  const usable = lastTakenAt !== null && row.comparable && lastTakenAt < row.taken_at
  return {
    systemIdentifier: row.system_identifier,
    databaseId: row.database_id,
    extensionVersion: row.extension_version,
    takenAt: row.taken_at,
    now: statisticsFacts(row),
    last: usable
      ? {
          takenAt: lastTakenAt,
          serverStartedAt: row.last_server_started_at,
          statsReset: row.last_stats_reset,
          dealloc: row.last_dealloc,
          maxEntries: row.last_max_entries,
          entries: row.last_entries,
          databaseStats: row.last_database_stats,
        }
      : null,
    hasHistory: lastTakenAt !== null,
    takenMeanwhile: row.taken_meanwhile ? lastTakenAt : null,
    resetQueryids: row.reset_queryids,
    foreignResetCalls: row.foreign_reset_calls,
    textsWanted: row.texts_wanted,
    lastTextReadAt: row.last_text_read_at,
  }
}

type LiveRow = Pick<Row, 'server_started_at' | 'stats_reset' | 'dealloc' | 'max_entries'>

function statisticsFacts(row: LiveRow): StatisticsFacts {
  return {
    serverStartedAt: row.server_started_at,
    statsReset: row.stats_reset,
    dealloc: row.dealloc,
    maxEntries: row.max_entries,
  }
}

/** How things stand after the entries were read. */
export interface FactsAfter {
  now: StatisticsFacts
  /** False after a crash, which empties unlogged tables. */
  hasState: boolean
  databaseStats: Record<string, number>
}

export async function readFactsAfter(trx: Trx, schema: string): Promise<FactsAfter> {
  const result = await sql<
    LiveRow & { has_state: boolean; database_stats: Record<string, number> }
  >`
    select /* supascope */ ${liveFacts(schema)},
      exists (select from supascope.statement_state) as has_state,
      jsonb_build_object(
        'stats_reset', coalesce(extract(epoch from d.stats_reset), 0),
        'xact_commit', d.xact_commit, 'xact_rollback', d.xact_rollback,
        'blks_read', d.blks_read, 'blks_hit', d.blks_hit,
        'blk_read_ms', d.blk_read_time, 'blk_write_ms', d.blk_write_time,
        'tup_returned', d.tup_returned, 'tup_fetched', d.tup_fetched,
        'tup_inserted', d.tup_inserted, 'tup_updated', d.tup_updated,
        'tup_deleted', d.tup_deleted, 'temp_files', d.temp_files, 'temp_bytes', d.temp_bytes,
        'conflicts', d.conflicts, 'deadlocks', d.deadlocks,
        'sessions', d.sessions, 'active_ms', d.active_time,
        'idle_in_transaction_ms', d.idle_in_transaction_time
      ) as database_stats
    from pg_stat_database d
    where d.datname = current_database()`.execute(trx)
  const row = result.rows[0]
  if (row === undefined) throw new Error('the current database is not in pg_stat_database')
  return {
    now: statisticsFacts(row),
    hasState: row.has_state,
    databaseStats: row.database_stats,
  }
}
