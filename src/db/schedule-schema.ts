/** The tables of the scheduler as Kysely sees them: see schema.ts. */
import type { Generated } from 'kysely'

export interface ScheduleSchema {
  'supascope.schedules': Schedules
  'supascope.job_runs': JobRuns
}

export interface Schedules {
  job: string
  cron: string | null
  timezone: string | null
  settled_at: Date
}

/** One firing of a job, or several that were missed or skipped together. */
export interface JobRuns {
  job: string
  fire_at: Date
  firings: Generated<number>
  since: Date | null
  outcome: 'done' | 'failed' | 'missed' | 'skipped' | null
  claimed_by: string | null
  claim: Generated<number>
  lease_until: Date | null
  attempts: Generated<number>
  started_at: Date | null
  finished_at: Date | null
  took_ms: number | null
  reason: string | null
  error: string | null
  db_ms: number | null
  db_statements: number | null
  rows_read: string | null
  rows_written: string | null
}
