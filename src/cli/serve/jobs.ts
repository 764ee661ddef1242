import type { Config } from '../../config.ts'
import { type JobName, jobNames } from '../../config-schedule.ts'
import { type ErrorCode, ScopeError } from '../../errors.ts'
import type { Firing, Job, JobReturn } from '../../schedule/index.ts'
import { type JobTiming, jobTimings } from './job-defaults.ts'
import { checkJob } from './jobs/check.ts'
import { deliverJob } from './jobs/deliver.ts'
import { historyJob } from './jobs/history.ts'
import { reportJob } from './jobs/report.ts'
import { sampleJob } from './jobs/sample.ts'
import { snapshotJob } from './jobs/snapshot.ts'
import { storageJob } from './jobs/storage.ts'

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

const work: Record<JobName, Work> = {
  snapshot: (firing, { config }) => snapshotJob(firing, config),
  sample: sampleJob,
  rollup: (firing) => storageJob(firing, 'rollup'),
  compact: (firing) => storageJob(firing, 'compact'),
  refresh: (firing) => storageJob(firing, 'refresh'),
  retention: (firing) => storageJob(firing, 'retention'),
  partitions: (firing) => storageJob(firing, 'partitions'),
  history: (firing, { config }) => historyJob(firing, config),
  check: checkJob,
  report: reportJob,
  deliver: deliverJob,
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
