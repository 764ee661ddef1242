import type { PlantedCase } from '../../planted-case.ts'
import { storeEpisodes } from './episodes.ts'

export const longRunningStatement: PlantedCase = {
  rule: 'long_running_statement',
  plant: storeEpisodes(
    { query: 'select * from long_running_bad', seconds: 90 },
    { query: 'select * from long_running_short', seconds: 50 },
    // Waited all the time: it is not to blame.
    { query: 'select * from long_running_blocked', seconds: 90, blockedSeconds: 80 },
    { query: 'vacuum long_running_vacuum', seconds: 900 },
    { query: 'create index concurrently on long_running_index (a)', seconds: 900 },
    { query: 'copy long_running_copy to stdout', seconds: 900 },
    { query: 'select * from long_running_yesterday', seconds: 900, ago: 90_000 },
  ),
  defects: ['select long_running_bad'],
  decoys: [
    'select long_running_short',
    'select long_running_blocked',
    'vacuum long_running_vacuum',
    'create index long_running_index',
    'copy long_running_copy',
    'select long_running_yesterday',
  ],
}

const holder = {
  pid: 4711,
  pool: 'direct',
  role: 'app',
  application: 'worker',
  state: 'idle in transaction',
  queryid: null,
  since: '2026-11-20T12:00:00.000Z',
  transactionStartedAt: '2026-11-20T12:00:00.000Z',
}

export const blockedSessions: PlantedCase = {
  rule: 'blocked_sessions',
  plant: storeEpisodes(
    {
      query: 'select * from waiting_a',
      seconds: 8,
      blockedSeconds: 7,
      lockObject: 'public.blocked_a',
      root: { ...holder, query: 'update blocked_sessions_idle set a = $1' },
    },
    ...[1, 2, 3].map((n) => ({
      query: `select * from waiting_b${n}`,
      seconds: 5,
      blockedSeconds: 4,
      lockMode: 'AccessExclusiveLock',
      root: { ...holder, state: 'active', query: 'alter table blocked_sessions_alter add b int' },
    })),
    {
      query: 'select * from waiting_c',
      seconds: 5,
      blockedSeconds: 0.4,
      root: { ...holder, query: 'update blocked_sessions_short set a = $1' },
    },
  ),
  defects: ['update blocked_sessions_idle', 'alter table blocked_sessions_alter'],
  decoys: ['update blocked_sessions_short', 'select waiting_a'],
}

export const idleInTransaction: PlantedCase = {
  rule: 'idle_in_transaction',
  plant: storeEpisodes(
    {
      kind: 'idle',
      state: 'idle in transaction',
      query: 'update idle_bad set a = $1',
      seconds: 400,
    },
    {
      kind: 'idle',
      state: 'idle in transaction',
      query: 'update idle_short set a = $1',
      seconds: 30,
    },
  ),
  defects: ['update idle_bad'],
  decoys: ['update idle_short'],
}

export const cancelledStatements: PlantedCase = {
  rule: 'cancelled_statements',
  plant: storeEpisodes(
    {
      query: 'select * from cancelled_certain',
      seconds: 8,
      outcome: 'timed_out',
      certain: true,
      timeoutMs: 8000,
    },
    { query: 'select * from cancelled_likely', seconds: 8, outcome: 'timed_out', timeoutMs: 8000 },
    { query: 'select * from cancelled_failed', seconds: 3, outcome: 'failed', certain: true },
    { query: 'select * from cancelled_finished', seconds: 8 },
    { query: 'select * from cancelled_unknown', seconds: 8, outcome: 'unknown' },
  ),
  defects: ['select cancelled_certain', 'select cancelled_likely', 'select cancelled_failed'],
  decoys: ['select cancelled_finished', 'select cancelled_unknown'],
}
