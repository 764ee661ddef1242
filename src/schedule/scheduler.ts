import { setTimeout as sleep } from 'node:timers/promises'
import { createTask, type Logger, type ScheduledTask } from 'node-cron'
import type { Database } from '../db/index.ts'
import { type Claim, claimFiring, giveBack, readStates, registerJobs } from './claims.sql.ts'
import { type CronTimes, cronTimes } from './cron-times.ts'
import type { Job, RunReport, ScheduleLog } from './job.ts'
import { type RunSurroundings, runFiring } from './run-firing.ts'
import { Slots } from './slots.ts'

export interface SchedulerOptions {
  /**
   * For claims and their leases. Not what the jobs use: neither may a job that hangs keep its lease
   * from being renewed, nor its cancellation what is to be written down.
   */
  claims: Database
  /** What the jobs get. */
  database: Database
  /** This process: a name that no other one has. */
  runner: string
  jobs: readonly Job[]
  /** Jobs that are known and not to be scheduled. @defaultValue none */
  disabled?: readonly string[]
  log: ScheduleLog
  describeError(error: unknown): string
  /** How long a process that says nothing keeps its firing, ms. @defaultValue 60_000 */
  leaseMs?: number
  /** How often to look for what others have left, ms. @defaultValue 10_000 */
  watchMs?: number
  /** A firing that is no later than this is in time, ms. @defaultValue 30_000 */
  toleranceMs?: number
  /** Jobs that run at a time. @defaultValue 3 */
  parallel?: number
  /** Told of each run of this process when it is over. */
  onRun?(job: Job, report: RunReport): void
}

export interface Scheduler {
  /**
   * Makes the jobs known and begins. What was missed since they were last accounted for is caught up
   * or reported at once.
   *
   * @throws ScopeError SCOPE_CONFIG for an expression or a time zone that is none, and whatever the
   *   database answers
   */
  start(): Promise<void>
  /** Ends what runs here, and leaves it to the others. Takes half a second at most. */
  stop(): Promise<void>
}

/** Of the time in which a stop must be over, what running jobs get to end by themselves, ms. */
const graceMs = 400

interface State {
  readonly job: Job
  readonly times: CronTimes
  /** Every firing up to here is accounted for. */
  settledAt: Date
  /** One that was claimed, and that the library is about to call. */
  claimed: Taken | null
  /** Waits for a place, or for the answer to its claim. */
  claiming: boolean
}

interface Taken {
  claim: Claim
  release: () => void
}

/**
 * Runs jobs at their times, each firing once over all processes that share a database.
 *
 * node-cron wakes it up; what is due, who runs it and what is late is decided in the database, by
 * `supascope.claim_firing()`. So a wake-up that is lost, early or doubled changes nothing.
 */
export function createScheduler(options: SchedulerOptions): Scheduler {
  return new CoordinatedScheduler(options)
}

class CoordinatedScheduler implements Scheduler {
  readonly #options: Required<Omit<SchedulerOptions, 'onRun' | 'disabled'>> & SchedulerOptions
  readonly #slots: Slots
  readonly #stop = new AbortController()
  readonly #running = new Set<Promise<unknown>>()
  #states: State[] = []
  #tasks: ScheduledTask[] = []
  #watch: NodeJS.Timeout | undefined
  #answers = true

  constructor(options: SchedulerOptions) {
    this.#options = {
      ...options,
      leaseMs: options.leaseMs ?? 60_000,
      watchMs: options.watchMs ?? 10_000,
      toleranceMs: options.toleranceMs ?? 30_000,
      parallel: options.parallel ?? 3,
    }
    this.#slots = new Slots(this.#options.parallel)
  }

  async start(): Promise<void> {
    const { claims, jobs, disabled, watchMs } = this.#options
    const now = new Date()
    const times = jobs.map((job) => cronTimes(job.cron, job.timezone))
    const scheduled = jobs.map(({ name, cron, timezone }) => ({ name, cron, timezone }))
    const settled = await registerJobs(claims, scheduled, disabled ?? [], now)
    this.#states = jobs.map((job, i) => ({
      job,
      times: times[i] ?? cronTimes(job.cron, job.timezone),
      settledAt: settled.get(job.name) ?? now,
      claimed: null,
      claiming: false,
    }))
    this.#tasks = this.#states.map((state) => this.#wakeAt(state))
    this.#watch = setInterval(() => this.#track(this.#look()), watchMs)
    void this.#track(this.#look())
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    clearInterval(this.#watch)
    await Promise.all(this.#tasks.map((task) => task.destroy()))
    await Promise.race([Promise.allSettled(this.#running), sleep(graceMs)])
    await giveBack(this.#options.claims, this.#options.runner)
  }

  #wakeAt(state: State): ScheduledTask {
    const { job } = state
    const task = createTask(
      job.cron,
      async () => {
        const taken = state.claimed
        state.claimed = null
        if (taken !== null) await this.#track(this.#run(state, taken))
      },
      {
        name: job.name,
        timezone: job.timezone,
        distributed: true,
        runCoordinator: {
          shouldRun: async () => {
            state.claimed = await this.#track(this.#claim(state, false))
            return state.claimed !== null
          },
        },
        logger: quiet,
        suppressMissedWarning: true,
      },
    )
    // The library calls so what its timer was too late for; what is due is asked all the same.
    task.on('execution:missed', () => void this.#track(this.#fire(state, false)))
    void task.start()
    return task
  }

  /** Looks for firings that a process left, and for those that no timer has brought up. */
  async #look(): Promise<void> {
    const { claims, jobs } = this.#options
    try {
      const found = await readStates(
        claims,
        jobs.map(({ name }) => name),
      )
      this.#hears(null)
      for (const { job, settledAt, abandoned } of found) {
        const state = this.#states.find((one) => one.job.name === job)
        if (state === undefined) continue
        state.settledAt = settledAt
        const due = state.times.due(settledAt, new Date()) !== null
        if (due || abandoned) void this.#track(this.#fire(state, abandoned))
      }
    } catch (error) {
      this.#hears(error)
    }
  }

  async #fire(state: State, abandoned: boolean): Promise<void> {
    const taken = await this.#claim(state, abandoned)
    if (taken !== null) await this.#run(state, taken)
  }

  /** A place to work, and a firing to run there; or neither. */
  async #claim(state: State, abandoned: boolean): Promise<Taken | null> {
    if (state.claiming || this.#stop.signal.aborted) return null
    state.claiming = true
    const release = await this.#slots.take()
    try {
      const claim = await this.#claimDue(state, abandoned)
      if (claim !== null) return { claim, release }
    } catch (error) {
      this.#hears(error)
    } finally {
      state.claiming = false
    }
    release()
    return null
  }

  async #claimDue(state: State, abandoned: boolean): Promise<Claim | null> {
    const { claims, runner, leaseMs, toleranceMs } = this.#options
    const { job, times } = state
    for (let first = true; !this.#stop.signal.aborted; first = false) {
      const now = new Date()
      const due = times.due(state.settledAt, now)
      if (due === null && !(abandoned && first)) break
      const { settledAt, claim } = await claimFiring(claims, {
        job: job.name,
        runner,
        settledAt: state.settledAt,
        due,
        onTime: due !== null && now.getTime() - due.newest.getTime() <= toleranceMs,
        catchUp: job.missed === 'catch-up',
        leaseMs,
        mostAttempts: job.retries + 1,
        settles: true,
      })
      this.#hears(null)
      state.settledAt = settledAt
      if (claim !== null) return claim
    }
    return null
  }

  async #run(state: State, { claim, release }: Taken): Promise<void> {
    const { job, times } = state
    const { onRun, log, describeError } = this.#options
    try {
      log.debug({ job: job.name, fire_at: claim.fireAt, attempt: claim.attempt }, 'begins')
      const report = await runFiring(job, claim, {
        ...this.#surroundings(),
        called: false,
        isDueBy: (time) => times.due(new Date(), time) !== null,
      })
      tell(log, job, claim, report, describeError)
      onRun?.(job, report)
    } finally {
      release()
    }
  }

  #surroundings(): Omit<RunSurroundings, 'isDueBy' | 'called'> {
    const { claims, database, leaseMs, log, describeError } = this.#options
    return { claims, database, leaseMs, log, describeError, stop: this.#stop.signal }
  }

  /** An outage is told once, and its end. */
  #hears(error: unknown): void {
    const { log, describeError } = this.#options
    if (this.#stop.signal.aborted) return
    if (error === null) {
      if (!this.#answers) log.info({}, 'the database answers again')
      this.#answers = true
      return
    }
    const fields = { reason: describeError(error) }
    if (this.#answers)
      log.warn(fields, 'no firing can be claimed; what falls due is caught up with')
    else log.debug(fields, 'still no firing can be claimed')
    this.#answers = false
  }

  #track<T>(work: Promise<T>): Promise<T> {
    this.#running.add(work)
    const forget = (): boolean => this.#running.delete(work)
    work.then(forget, forget)
    return work
  }
}

/** What became of a run, in the log. */
function tell(
  log: ScheduleLog,
  job: Job,
  { fireAt }: Pick<Claim, 'fireAt'>,
  report: RunReport,
  describeError: (error: unknown) => string,
): void {
  const took = Math.round(report.tookMs)
  const fields = { job: job.name, fire_at: fireAt, took_ms: took, attempts: report.attempts }
  switch (report.outcome) {
    case 'done':
      log.info({ ...fields, ...report.result }, 'done')
      break
    case 'skipped':
      log.debug({ ...fields, reason: report.reason }, 'skipped')
      break
    case 'failed':
      log.error({ ...fields, reason: describeError(report.error) }, 'failed')
      break
    case 'interrupted':
      log.info(fields, 'stopped, and left to the next process')
      break
    case 'lost':
      log.warn(fields, 'another process has taken this firing over')
  }
}

const nothing = (): void => undefined
/** What the library has to say is said here, with the job's name. */
const quiet: Logger = { info: nothing, warn: nothing, error: nothing, debug: nothing }
