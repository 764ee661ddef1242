/** What can't be planted in a database that others share: the rules judge recorded facts. */
import type { Facts, StatementStatisticsFacts } from '../../../../src/facts/index.ts'
import { restRead, timed, windowStatement } from '../../../fixtures/watched-window.ts'
import { windowFacts } from '../../../fixtures/window-facts.ts'
import type { PlantedCase } from '../../planted-case.ts'

/** A window before and one after need an hour: the watched hour of the fixtures stands for them. */
const watchedHour = (): Partial<Facts> => ({ statements: windowFacts({}) })

export const regressedStatement: PlantedCase = {
  rule: 'regressed_statement',
  plant: '',
  recorded: watchedHour,
  defects: ['select conversations'],
  decoys: ['RPC match_documents', 'Realtime: poll of postgres_changes'],
}

export const newStatement: PlantedCase = {
  rule: 'new_statement',
  plant: '',
  recorded: watchedHour,
  defects: ['edge chat-completion: select usage_events'],
  decoys: ['select conversations', 'RPC match_documents'],
}

/** npm's servers come without a compiler. */
export const jitBoundStatement: PlantedCase = {
  rule: 'jit_bound_statement',
  plant: '',
  recorded: () => ({
    statements: windowFacts({
      statements: [
        windowStatement({
          queryid: '1',
          ...timed(400, 90, 9),
          jitMs: 400 * 70,
          text: 'select a from b',
        }),
        windowStatement({
          queryid: '2',
          ...timed(90, 900, 9),
          jitMs: 90 * 70,
          text: 'select a from c',
        }),
        windowStatement({ queryid: '3', ...timed(400, 90, 9), text: 'select a from d' }),
      ],
    }),
  }),
  defects: ['select b'],
  decoys: ['select c', 'select d'],
}

/** Requests through PostgREST, whose rows are not counted. */
export const unlimitedRequest: PlantedCase = {
  rule: 'unlimited_statement',
  plant: '',
  recorded: () => ({
    statements: windowFacts({
      statements: [
        windowStatement({
          ...timed(400, 30, 3),
          sharedBlksHit: 400 * 4_000,
          text: restRead('events', 'WHERE  "public"."events"."kind" = $1'),
        }),
        windowStatement({
          ...timed(400, 30, 3),
          queryid: '2',
          sharedBlksHit: 400 * 4_000,
          text: restRead('events', 'WHERE  "public"."events"."kind" = $1 LIMIT $2 OFFSET $3'),
        }),
        windowStatement({
          ...timed(400, 30, 3),
          queryid: '3',
          sharedBlksHit: 400 * 4,
          text: restRead('kinds', 'WHERE  "public"."kinds"."kind" = $1'),
        }),
      ],
    }),
  }),
  defects: ['GET /rest/v1/events?kind=eq.…'],
  decoys: ['GET /rest/v1/events?kind=eq.…&limit=…', 'GET /rest/v1/kinds?kind=eq.…'],
}

/** How the statistics are, but for what is given. */
function statistics(
  given: Partial<StatementStatisticsFacts>,
): (seen: Partial<Facts>) => Partial<Facts> {
  return ({ statementStatistics: seen }) => {
    if (seen === undefined) throw new Error('the statistics were not read')
    return { statementStatistics: { ...seen, ...given } }
  }
}

const day = { minutes: 1_440, snapshots: 1_440, evictions: 0, resets: 0, lastResetAt: null }

export const statisticsOff: PlantedCase = {
  rule: 'statistics_off',
  plant: '',
  recorded: statistics({ track: 'none' }),
  defects: ['pg_stat_statements.track'],
  decoys: ['pg_read_all_stats', 'compute_query_id', 'pg_stat_statements'],
}

export const statisticsOutdated: PlantedCase = {
  rule: 'statistics_outdated',
  plant: '',
  // As numbers 1.9 is more than 1.10.
  recorded: statistics({
    installed: { schema: 'extensions', version: '1.9', available: '1.10' },
  }),
  defects: ['extensions.pg_stat_statements'],
  decoys: ['public.pg_stat_statements', 'extensions.pg_cron'],
}

export const statisticsFull: PlantedCase = {
  rule: 'statistics_full',
  plant: '',
  recorded: statistics({ entries: 4_000, maxEntries: 5_000, recent: { ...day, evictions: 3 } }),
  defects: ['pg_stat_statements.max'],
  decoys: ['pg_stat_statements', 'pg_stat_statements.track'],
}

/** Any eviction since the reset is no alarm: it may be years old. */
export const statisticsOnceFull: PlantedCase = {
  rule: 'statistics_full',
  plant: '',
  recorded: statistics({ entries: 4_000, maxEntries: 5_000, evictions: 9, recent: day }),
  defects: [],
  decoys: ['pg_stat_statements.max'],
}

export const statisticsReset: PlantedCase = {
  rule: 'statistics_reset',
  plant: '',
  recorded: statistics({ recent: { ...day, resets: 4, lastResetAt: '2026-11-23T02:00:00.000Z' } }),
  defects: ['pg_stat_statements'],
  decoys: ['pg_stat_database', 'pg_stat_statements.max'],
}

export const statisticsDiluted: PlantedCase = {
  rule: 'statistics_diluted',
  plant: '',
  recorded: statistics({ since: '2026-01-01T00:00:00.000Z', recent: null }),
  defects: ['pg_stat_statements'],
  decoys: ['pg_stat_database', 'pg_stat_statements.max'],
}

/** Old counters are fine where snapshots tell the window. */
export const statisticsOfSnapshots: PlantedCase = {
  rule: 'statistics_diluted',
  plant: '',
  recorded: statistics({ since: '2026-01-01T00:00:00.000Z', recent: day }),
  defects: [],
  decoys: ['pg_stat_statements'],
}

export const ioTimingOff: PlantedCase = {
  rule: 'io_timing_off',
  plant: '',
  recorded: ({ server }) => {
    if (server === undefined) throw new Error('the server was not read')
    const off = { value: 'off', unit: null, bootValue: 'off' }
    return { server: { ...server, settings: { ...server.settings, track_io_timing: off } } }
  },
  defects: ['track_io_timing'],
  decoys: ['track_wal_io_timing', 'track_activities'],
}

/** Its rate needs an hour. */
export const databaseSpills: PlantedCase = {
  rule: 'database_spills',
  plant: '',
  recorded: ({ databaseActivity, server }) => {
    if (databaseActivity === undefined || server === undefined) throw new Error('not read')
    const { lifetime } = databaseActivity
    const spilled = {
      ...lifetime,
      minutes: 120,
      tempFiles: 4_000,
      tempBytes: 4_000 * 8 * 1024 ** 2,
    }
    return {
      server: { ...server, database: 'postgres' },
      databaseActivity: { lifetime, recent: spilled },
    }
  },
  defects: ['postgres'],
  decoys: ['template1', 'work_mem'],
}

/** As many files over a month are next to nothing. */
export const databaseOnceSpilled: PlantedCase = {
  rule: 'database_spills',
  plant: '',
  recorded: ({ databaseActivity, server }) => {
    if (databaseActivity === undefined || server === undefined) throw new Error('not read')
    const spilled = { tempFiles: 4_000, tempBytes: 4_000 * 8 * 1024 ** 2 }
    const lifetime = { ...databaseActivity.lifetime, minutes: 43_200, ...spilled }
    return {
      server: { ...server, database: 'postgres' },
      databaseActivity: { lifetime, recent: null },
    }
  },
  defects: [],
  decoys: ['postgres'],
}
