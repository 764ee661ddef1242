import { sql } from 'kysely'
import type { Trx } from '../db/index.ts'

/** A job, its last run, and what went wrong since it went well. */
export interface LastRun {
  job: string
  /** Null for one that is only called, by hand or by another scheduler. */
  cron: string | null
  timezone: string | null
  /** Every firing up to here is accounted for. */
  settledAt: Date
  /** Of the last one that was begun; null if there is none. */
  fireAt: Date | null
  outcome: 'done' | 'failed' | 'missed' | 'skipped' | null
  running: boolean
  runner: string | null
  startedAt: Date | null
  tookMs: number | null
  attempts: number | null
  reason: string | null
  error: string | null
  /** What it cost: ms that it waited for its statements, and their number. */
  dbMs: number | null
  dbStatements: number | null
  lastDoneAt: Date | null
  /** Runs that failed since. */
  failing: number
  failingSince: Date | null
  /** Firings of the last day that nobody ran. */
  missed: number
  missedSince: Date | null
  missedUntil: Date | null
}

/** Needs the right to execute `supascope.last_runs()`. */
export async function readLastRuns(trx: Trx): Promise<LastRun[]> {
  const { rows } = await sql<LastRun>`
    select /* supascope */ r.job, r.cron, r.timezone, r.settled_at as "settledAt",
      r.fire_at as "fireAt", r.outcome, r.running, r.claimed_by as runner,
      r.started_at as "startedAt", r.took_ms as "tookMs", r.attempts, r.reason, r.error,
      r.db_ms as "dbMs", r.db_statements as "dbStatements", r.last_done_at as "lastDoneAt",
      coalesce(r.failing, 0) as failing, r.failing_since as "failingSince",
      coalesce(r.missed, 0)::integer as missed, r.missed_since as "missedSince",
      r.missed_until as "missedUntil"
    from supascope.last_runs() r`.execute(trx)
  return rows
}
