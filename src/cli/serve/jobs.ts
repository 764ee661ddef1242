import type { JobName as StorageJob } from '../../collect/events/index.ts'
import type { Config } from '../../config.ts'
import { type JobName, jobNames } from '../../config-schedule.ts'
import { type ErrorCode, ScopeError } from '../../errors.ts'
import type { Firing, Job, JobReturn } from '../../schedule/index.ts'
import { type JobTiming, jobTimings } from './job-defaults.ts'

/** What will not pass by itself: trying again after some seconds is of no use. */
const lasting: readonly ErrorCode[] = [
  'SCOPE_USAGE',
  'SCOPE_CONFIG',
  // Delivery has retries of its own.
  'SCOPE_DELIVERY',
  'SCOPE_DB_PRIVILEGE',
  'SCOPE_PGSS_MISSING',
  'SCOPE_PGSS_NOT_LOADED',
  'SCOPE_PGSS_OUTDATED',
  'SCOPE_PGSS_UNREADABLE',
  'SCOPE_SCHEMA_MISSING',
  'SCOPE_SCHEMA_OUTDATED',
  'SCOPE_SCHEMA_NEWER',
  'SCOPE_SCHEMA_BROKEN',
]

/** What the jobs need besides their firing. */
export interface JobSurroundings {
  config: Config
}

type Work = (firing: Firing, around: JobSurroundings) => Promise<JobReturn>

/** A job's code is loaded when it first runs: one run needs little of it. */
const work: Record<JobName, Work> = {
  snapshot: async (firing, { config }) =>
    (await import('./jobs/snapshot.ts')).snapshotJob(firing, config),
  sample: async (firing) => (await import('./jobs/sample.ts')).sampleJob(firing),
  rollup: storage('rollup'),
  compact: storage('compact'),
  refresh: storage('refresh'),
  retention: storage('retention'),
  partitions: storage('partitions'),
  history: async (firing, { config }) =>
    (await import('./jobs/history.ts')).historyJob(firing, config),
  check: async (firing, around) => (await import('./jobs/check.ts')).checkJob(firing, around),
  report: async (firing, around) => (await import('./jobs/report.ts')).reportJob(firing, around),
  budgets: async (firing, around) => (await import('./jobs/budgets.ts')).budgetsJob(firing, around),
  deliver: async (firing, around) => (await import('./jobs/deliver.ts')).deliverJob(firing, around),
}

function storage(name: StorageJob): Work {
  return async (firing) => (await import('./jobs/storage.ts')).storageJob(firing, name)
}

/** A job as the schedule wants it. */
export type NamedJob = Job & { name: JobName; enabled: boolean }

/** All jobs, with their times as the configuration has them. */
export function allJobs(around: JobSurroundings): NamedJob[] {
  const timings: Record<JobName, JobTiming> = jobTimings(around.config)
  return jobNames.map((name) => ({
    name,
    ...timings[name],
    run: (firing) => work[name](firing, around),
    mayPass: (error) => !(error instanceof ScopeError && lasting.includes(error.code)),
  }))
}
