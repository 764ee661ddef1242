import type { Database, Trx } from '../db/index.ts'

/** What becomes of firings that nobody ran in time: the newest is run late, or none. */
export type MissedPolicy = 'catch-up' | 'skip'

/** When and how something is to be run. */
export interface Job {
  name: string
  /** Five fields, or six with the seconds first. */
  cron: string
  /** IANA name: `Europe/Berlin`. */
  timezone: string
  missed: MissedPolicy
  /** Attempts after the first one. */
  retries: number
  /** Does the work. What it returns is in the log; `skipped` says why there was nothing to do. */
  run(firing: Firing): Promise<JobReturn>
  /** Whether trying again may help. @defaultValue always */
  mayPass?(error: unknown): boolean
}

export type JobReturn = Readonly<Record<string, unknown>> | { readonly skipped: string } | undefined

/** One firing of a job, as the job sees it. */
export interface Firing {
  job: string
  fireAt: Date
  /** 1 at first. */
  attempt: number
  /** True for a run beside the schedule: `supascope run`. */
  called: boolean
  /** Aborted when the process stops, or when another one has taken the firing over. */
  signal: AbortSignal
  /** The database through a meter: what goes through it is written down with the run. */
  db: Database
  /**
   * Writes the firing down as done in a transaction of the job: then its work and its record come
   * true together, and nothing is done twice, whenever the process is killed.
   *
   * @throws Error if another process has the firing by now; the transaction must not be committed.
   */
  settle(trx: Trx): Promise<void>
}

/** How one firing ended; `interrupted` leaves it to the next process. */
export interface RunReport {
  outcome: 'done' | 'failed' | 'skipped' | 'interrupted' | 'lost'
  tookMs: number
  attempts: number
  /** Why it was skipped. */
  reason?: string
  /** What it failed with. */
  error?: unknown
  result?: JobReturn
}

/** As pino has it. */
export interface ScheduleLog {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}
