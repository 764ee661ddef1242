/** A job of Supascope's own, and what went wrong with it since it went well. */
export interface JobFacts {
  name: string
  /** `supascope`, or `pg_cron` for one of the event store that it runs. */
  scheduler: 'supascope' | 'pg_cron'
  /** Runs that failed since the last good one. */
  failing: number
  /** ISO 8601; null if none failed. */
  failingSince: string | null
  /** What the last of them failed with. */
  error: string | null
  /** ISO 8601; null if it never went well. */
  lastDoneAt: string | null
  /** Firings of the last day that nobody ran. */
  missed: number
  missedSince: string | null
  missedUntil: string | null
}
