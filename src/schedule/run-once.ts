import type { Database } from '../db/index.ts'
import { claimFiring } from './claims.sql.ts'
import type { Job, RunReport, ScheduleLog } from './job.ts'
import { runFiring } from './run-firing.ts'

export interface RunOnceOptions {
  claims: Database
  database: Database
  runner: string
  log: ScheduleLog
  describeError(error: unknown): string
  stop: AbortSignal
  /** @defaultValue 60_000 */
  leaseMs?: number
}

/**
 * Runs a job now, beside its schedule, and leaves a row as every run does. It never overlaps another
 * run of the same job: `skipped` then.
 */
export async function runOnce(job: Job, options: RunOnceOptions): Promise<RunReport> {
  const { claims, runner, leaseMs = 60_000 } = options
  const now = new Date()
  const { claim } = await claimFiring(claims, {
    job: job.name,
    runner,
    settledAt: now,
    due: { newest: now, before: null, oldest: now, count: 1 },
    onTime: true,
    catchUp: false,
    leaseMs,
    mostAttempts: job.retries + 1,
    settles: false,
  })
  if (claim === null) {
    return { outcome: 'skipped', tookMs: 0, attempts: 0, reason: 'it is running already' }
  }
  return runFiring(job, claim, { ...options, leaseMs, isDueBy: () => false })
}
