import { sql } from 'kysely'
import type { Trx } from '../../db/index.ts'

export type JobName = 'rollup' | 'compact' | 'refresh' | 'retention' | 'partitions'

/** The last run of a job, and how far it is behind. */
export interface JobStatus {
  name: JobName
  everySeconds: number
  /** Null if it never ran. */
  startedAt: Date | null
  secondsAgo: number | null
  tookMs: number | null
  /** `pg_cron`, a scheduler's name, or `manual`. */
  runner: string | null
  /** False if the last run failed. */
  ok: boolean
  /** Whether it has not succeeded for three of its intervals. */
  overdue: boolean
  /** Of the last run, if it failed. */
  error: string | null
  /** Age of the oldest row that it has yet to take; null for jobs that consume nothing. */
  lagSeconds: number | null
}

/** The jobs, the most frequent first. Needs the right to execute `supascope.job_status()`. */
export async function readJobs(trx: Trx): Promise<JobStatus[]> {
  const { rows } = await sql<JobStatus>`
    select /* supascope */ j.name, extract(epoch from j.every)::double precision as "everySeconds",
      j.started_at as "startedAt",
      extract(epoch from clock_timestamp() - j.started_at)::double precision as "secondsAgo",
      j.took_ms as "tookMs", j.runner, j.ok, j.overdue, j.error, j.lag_seconds as "lagSeconds"
    from supascope.job_status() j`.execute(trx)
  return rows
}

/** What a run did, or why there was none. */
export type JobResult = { skipped: string } | { error: string } | Record<string, unknown>

/**
 * Runs a job, for a scheduler to call every minute: it does nothing where the job is not due, is
 * running, or belongs to pg_cron or another scheduler as long as that one is alive.
 *
 * @param runner a name of this process, unique and the same for all its calls; `manual` runs the job
 *   whether it is due or not, and whoever else runs the jobs
 */
export async function runJob(trx: Trx, job: JobName, runner: string): Promise<JobResult> {
  const { rows } = await sql<{ result: JobResult }>`
    select /* supascope */ supascope.run_job(${job}::text, ${runner}::text) as result`.execute(trx)
  return rows[0]?.result ?? {}
}
