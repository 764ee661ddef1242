/** Everything that can be scheduled. docs/schedule.md says what each does, and when by default. */
export const jobNames = [
  'snapshot',
  'sample',
  'rollup',
  'compact',
  'refresh',
  'retention',
  'partitions',
  'history',
  'check',
  'report',
  'budgets',
  'deliver',
] as const

export type JobName = (typeof jobNames)[number]

/** What may be said of a job; what is not said is as docs/schedule.md has it. */
export interface JobSettings {
  /** False: it is not scheduled. */
  enabled?: boolean
  /** Five fields, or six with the seconds first. */
  cron?: string
  /** IANA name, else that of the schedule. */
  timezone?: string
  /** What becomes of firings that nobody ran in time: the newest is run late, or none. */
  missed?: 'catch-up' | 'skip'
  /** Attempts after one that failed, 0 to 10. */
  retries?: number
}

export type JobSettingsByName = Partial<Record<JobName, JobSettings>>

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]
