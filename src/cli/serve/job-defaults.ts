import type { Config } from '../../config.ts'
import { type JobName, jobNames } from '../../config-schedule.ts'

/** When and how a job runs, all of it decided. */
export interface JobTiming {
  enabled: boolean
  cron: string
  timezone: string
  missed: 'catch-up' | 'skip'
  retries: number
}

type DefaultTiming = Omit<JobTiming, 'timezone' | 'enabled' | 'retries'>

/** Minutes are apart, so that not all of them meet. docs/schedule.md has the same table. */
const defaultTimings: Record<JobName, DefaultTiming> = {
  // The next one covers the time of those that were missed.
  snapshot: { cron: '* * * * *', missed: 'skip' },
  // Each firing samples for a minute.
  sample: { cron: '* * * * *', missed: 'skip' },
  rollup: { cron: '* * * * *', missed: 'skip' },
  compact: { cron: '3-59/10 * * * *', missed: 'skip' },
  refresh: { cron: '5-59/15 * * * *', missed: 'skip' },
  retention: { cron: '9-59/15 * * * *', missed: 'skip' },
  partitions: { cron: '41 * * * *', missed: 'catch-up' },
  history: { cron: '17 * * * *', missed: 'catch-up' },
  check: { cron: '12-59/15 * * * *', missed: 'skip' },
  report: { cron: '0 8 * * *', missed: 'catch-up' },
  // A window is judged two minutes after its end.
  budgets: { cron: '2-59/5 * * * *', missed: 'skip' },
  deliver: { cron: '* * * * *', missed: 'skip' },
}

/** What is of no use where results are brought nowhere, or where nothing is asked for. */
function isIdle(name: JobName, { deliver, budgets }: Pick<Config, 'deliver' | 'budgets'>): boolean {
  if (name === 'budgets') return budgets.length === 0
  return deliver.length === 0 && (name === 'report' || name === 'deliver')
}

/** What is in force for every job: what the configuration says, over the defaults. */
export function jobTimings({
  schedule,
  ...places
}: Pick<Config, 'schedule' | 'deliver' | 'budgets'>): Record<JobName, JobTiming> {
  const timings = jobNames.map((name): [JobName, JobTiming] => {
    const said = schedule.jobs[name] ?? {}
    const usual = defaultTimings[name]
    return [
      name,
      {
        enabled: said.enabled ?? !isIdle(name, places),
        cron: said.cron ?? usual.cron,
        timezone: said.timezone ?? schedule.timezone,
        missed: said.missed ?? usual.missed,
        retries: said.retries ?? 3,
      },
    ]
  })
  return Object.fromEntries(timings) as Record<JobName, JobTiming>
}
