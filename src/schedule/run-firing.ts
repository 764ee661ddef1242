import { setTimeout as sleep } from 'node:timers/promises'
import { type Database, metered, type StatementCost } from '../db/index.ts'
import {
  type Claim,
  type Ending,
  endRun,
  recordEnding,
  recordFailedAttempt,
  renewClaim,
} from './claims.sql.ts'
import type { Firing, Job, JobReturn, RunReport, ScheduleLog } from './job.ts'
import { retryDelayMs } from './retry-delay.ts'

export interface RunSurroundings {
  /** The way of the claims to the database, apart from that of the jobs. */
  claims: Database
  database: Database
  /** Aborted when the process is to stop. */
  stop: AbortSignal
  leaseMs: number
  log: ScheduleLog
  /** An error in words, without secrets. */
  describeError(error: unknown): string
  /** True for a run beside the schedule. */
  called: boolean
  /** Whether the job is due again at that time: then there is no point in trying once more. */
  isDueBy(time: Date): boolean
}

/** How often the end of a run is written down if the database does not answer. */
const recordings = 4

/** Runs a claimed firing to its end, attempt by attempt, and writes down what became of it. */
export async function runFiring(
  job: Job,
  claim: Claim,
  surroundings: RunSurroundings,
): Promise<RunReport> {
  if (surroundings.stop.aborted) {
    return { outcome: 'interrupted', tookMs: 0, attempts: claim.attempt }
  }
  const lost = new AbortController()
  const lease = keepLease(claim, surroundings, lost)
  const signal = AbortSignal.any([surroundings.stop, lost.signal])
  try {
    for (let attempt = claim.attempt; ; attempt++) {
      const work = new Attempt(job, { ...claim, attempt }, surroundings, signal)
      const report = await work.run()
      if (report.outcome !== 'failed') return report
      const delayMs = retryDelayMs(attempt, Math.random())
      if (!mayTryAgain(job, attempt, delayMs, report.error, surroundings)) {
        return await work.end(report)
      }
      if (!(await announceRetry(job, claim, report, delayMs, surroundings))) {
        return { ...report, outcome: 'lost' }
      }
      await sleep(delayMs, undefined, { signal }).catch(() => undefined)
      if (signal.aborted) {
        return { ...report, outcome: surroundings.stop.aborted ? 'interrupted' : 'lost' }
      }
    }
  } finally {
    clearInterval(lease)
  }
}

/** Renews the lease in time; tells when it is lost, or must be taken for lost. */
function keepLease(
  claim: Claim,
  { claims, leaseMs, log, describeError }: RunSurroundings,
  lost: AbortController,
): NodeJS.Timeout {
  let renewedAt = performance.now()
  const renew = async (): Promise<void> => {
    const askedAt = performance.now()
    try {
      if (await renewClaim(claims, claim, leaseMs)) renewedAt = askedAt
      else lost.abort()
    } catch (error) {
      log.warn({ job: claim.job, reason: describeError(error) }, 'the lease could not be renewed')
      if (performance.now() - renewedAt > leaseMs) lost.abort()
    }
  }
  return setInterval(() => void renew(), leaseMs / 3)
}

function mayTryAgain(
  job: Job,
  attempt: number,
  delayMs: number,
  error: unknown,
  { isDueBy }: RunSurroundings,
): boolean {
  if (attempt > job.retries || job.mayPass?.(error) === false) return false
  return !isDueBy(new Date(Date.now() + delayMs))
}

async function announceRetry(
  job: Job,
  claim: Claim,
  { error, attempts }: RunReport,
  delayMs: number,
  surroundings: RunSurroundings,
): Promise<boolean> {
  const { claims, leaseMs, log, describeError } = surroundings
  const reason = describeError(error)
  log.warn(
    { job: job.name, attempt: attempts, again_in_ms: Math.round(delayMs), reason },
    'failed, and is tried again',
  )
  try {
    return await recordFailedAttempt(claims, claim, { error: reason, leaseMs: leaseMs + delayMs })
  } catch (failure) {
    // The lease holds for a while yet; the next attempt finds out.
    log.warn({ job: job.name, reason: describeError(failure) }, 'the attempt was not written down')
    return true
  }
}

/** One call of the job. */
class Attempt {
  readonly #job: Job
  readonly #claim: Claim
  readonly #surroundings: RunSurroundings
  readonly #signal: AbortSignal
  readonly #startedAt = performance.now()
  readonly #meter: { db: Database; cost(): StatementCost }
  #settled = false

  constructor(job: Job, claim: Claim, surroundings: RunSurroundings, signal: AbortSignal) {
    this.#job = job
    this.#claim = claim
    this.#surroundings = surroundings
    this.#signal = signal
    this.#meter = metered(surroundings.database)
  }

  async run(): Promise<RunReport> {
    try {
      const result = await this.#job.run(this.#firing())
      const reason = skippedBecause(result)
      const report = this.#report(reason === undefined ? 'done' : 'skipped')
      const full = { ...report, result, ...(reason === undefined ? {} : { reason }) }
      return this.#settled ? full : await this.end(full)
    } catch (error) {
      // What our own cancellation breaks is no failure.
      if (this.#surroundings.stop.aborted) return this.#report('interrupted')
      if (this.#signal.aborted) return this.#report('lost')
      return { ...this.#report('failed'), error }
    }
  }

  /** Writes down how it ended. If the database does not take it, the lease runs out. */
  async end(report: RunReport): Promise<RunReport> {
    const { claims, log, describeError } = this.#surroundings
    for (let attempt = 1; ; attempt++) {
      try {
        const held = await recordEnding(claims, this.#claim, this.#ending(report))
        return held ? report : { ...report, outcome: 'lost' }
      } catch (error) {
        const reason = describeError(error)
        if (attempt === recordings || this.#signal.aborted) {
          log.error({ job: this.#job.name, reason }, 'how it ended could not be written down')
          return report
        }
        await sleep(retryDelayMs(attempt, Math.random()), undefined, {
          signal: this.#signal,
        }).catch(() => undefined)
      }
    }
  }

  #firing(): Firing {
    const { job, fireAt, attempt } = this.#claim
    return {
      job,
      fireAt,
      attempt,
      called: this.#surroundings.called,
      signal: this.#signal,
      db: this.#meter.db,
      settle: async (trx) => {
        const held = await endRun(trx, this.#claim, this.#ending(this.#report('done')))
        if (!held) throw new Error(`another process has this firing of ${job}`)
        this.#settled = true
      },
    }
  }

  #report(outcome: RunReport['outcome']): RunReport {
    const tookMs = performance.now() - this.#startedAt
    return { outcome, tookMs, attempts: this.#claim.attempt }
  }

  #ending({ outcome, tookMs, reason, error }: RunReport): Ending {
    return {
      outcome: outcome === 'failed' || outcome === 'skipped' ? outcome : 'done',
      tookMs,
      cost: this.#meter.cost(),
      reason: reason ?? null,
      error: error === undefined ? null : this.#surroundings.describeError(error),
    }
  }
}

function skippedBecause(result: JobReturn): string | undefined {
  const reason = result?.skipped
  return typeof reason === 'string' ? reason : undefined
}
