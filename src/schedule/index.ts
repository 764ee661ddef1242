/**
 * Jobs at their times: each firing is run once, whatever number of processes share the database and
 * whichever of them end. The jobs come in as callbacks; what became of every run is a row of
 * `supascope.job_runs`.
 */
export { forgetRuns } from './claims.sql.ts'
export { cronTimes } from './cron-times.ts'
export type { Firing, Job, JobReturn, MissedPolicy, RunReport, ScheduleLog } from './job.ts'
export { type LastRun, readLastRuns } from './last-runs.sql.ts'
export { type RunOnceOptions, runOnce, type SingleRun } from './run-once.ts'
export { createScheduler, type Scheduler, type SchedulerOptions } from './scheduler.ts'
