import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '../db/index.ts'
import { claimFiring, giveBack } from './claims.sql.ts'
import type { Job, RunReport, ScheduleLog } from './job.ts'
import { runFiring } from './run-firing.ts'

export interface RunOnceOptions {
  claims: Database
  database: Database
  runner: string
  log: ScheduleLog
  describeError(error: unknown): string
  /** @defaultValue 60_000 */
  leaseMs?: number
}

export interface SingleRun {
  report: Promise<RunReport>
  /** Ends it, and gives its firing back. Takes half a second at most. */
  stop(): Promise<void>
}

/** Of the time in which a stop must be over, what the job gets to end by itself, ms. */
const graceMs = 400

/**
 * Runs a job now, beside its schedule, and leaves a row as every run does. It never overlaps another
 * run of the same job: `skipped` then.
 */
export function runOnce(job: Job, options: RunOnceOptions): SingleRun {
  const controller = new AbortController()
  const report = claimAndRun(job, options, controller.signal)
  return {
    report,
    async stop() {
      controller.abort()
      await Promise.race([report.catch(() => undefined), sleep(graceMs)])
      await giveBack(options.claims, options.runner)
    },
  }
}

async function claimAndRun(
  job: Job,
  options: RunOnceOptions,
  stop: AbortSignal,
): Promise<RunReport> {
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
  return runFiring(job, claim, { ...options, leaseMs, stop, called: true, isDueBy: () => false })
}
