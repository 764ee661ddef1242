import type { JobName, JobStatus } from '../../collect/events/index.ts'
import { formatMs } from '../../quantity.ts'
import { quoteIdentifier } from '../../quote.ts'
import { cleanLine } from '../../render/clean-text.ts'
import { type Check, type Facts, ok, warn } from './check.ts'

/** What waits longer to be rolled up is held back, though the job runs. */
const staleSeconds = 600

const purposes: Record<JobName, string> = {
  rollup: 'rolls up new events by the minute',
  compact: 'makes hours and days of the minutes',
  refresh: 'refreshes the views',
  retention: 'drops what is no longer kept',
  partitions: 'makes the partitions of the days to come',
}

/** Who runs the jobs of the event store; then of each the last run, its length and its lag. */
export function checkJobs(facts: Facts): Check[] {
  const { jobs, capabilities } = facts
  if (jobs === undefined) return []
  if (jobs === null) {
    return [
      warn(
        'jobs',
        `${capabilities.role.name} may not ask how the jobs of the event store are doing`,
        `grant execute on function supascope.job_status() to ${quoteIdentifier(capabilities.role.name)};`,
      ),
    ]
  }
  return [checkRunner(facts, jobs), ...jobs.map(checkJob)]
}

function checkRunner(facts: Facts, jobs: JobStatus[]): Check {
  const last = jobs
    .filter(({ secondsAgo, runner }) => secondsAgo !== null && runner !== 'manual')
    .sort((a, b) => (a.secondsAgo ?? 0) - (b.secondsAgo ?? 0))[0]
  if (last === undefined) {
    // A project that sends no events has no need of them.
    const waits = jobs.some(({ lagSeconds }) => (lagSeconds ?? 0) > 0)
    return waits
      ? warn('jobs', 'nobody runs them: events are taken, but not rolled up', runners(facts))
      : ok('jobs', 'nobody runs them, and no event waits for them')
  }
  const runner = cleanLine(last.runner ?? '')
  if (jobs.some(({ name, overdue }) => name === 'rollup' && overdue)) {
    return warn('jobs', `${runner} has run them, and no longer does`, runners(facts))
  }
  return ok('jobs', `run by ${runner}`)
}

/** How someone comes to run them. */
function runners({ capabilities, available }: Facts): string {
  const schedule = 'select supascope.schedule_jobs();'
  if (capabilities.extensions.has('pg_cron')) return schedule
  if (available.has('pg_cron')) return `create extension pg_cron; ${schedule}`
  return "run `supascope serve`, or call every minute, for each job of supascope.jobs: select supascope.run_job(name, 'scheduler');"
}

function checkJob(job: JobStatus): Check {
  const name = `job_${job.name}`
  const purpose = purposes[job.name]
  if (job.secondsAgo === null) return ok(name, `${purpose}; has not run yet`)
  const ran = `last ran ${formatMs(job.secondsAgo * 1000)} ago for ${formatMs(job.tookMs ?? 0)}`
  const again = `select supascope.run_job('${job.name}', 'manual');`
  if (!job.ok) {
    return warn(name, `${purpose}; ${ran}, and failed: ${cleanLine(job.error ?? '', 300)}`, again)
  }
  const detail = `${purpose}; ${ran}${lagOf(job)}`
  if (job.overdue) {
    return warn(name, `${detail}; it is due every ${formatMs(job.everySeconds * 1000)}`, again)
  }
  if (job.name === 'rollup' && (job.lagSeconds ?? 0) > staleSeconds) {
    return warn(
      name,
      `${detail}: an open transaction holds it back`,
      'select held_by_pid, held_since from supascope.lag();',
    )
  }
  return ok(name, detail)
}

function lagOf({ lagSeconds }: JobStatus): string {
  if (lagSeconds === null) return ''
  return lagSeconds === 0
    ? '; nothing waits'
    : `; the oldest that waits is ${formatMs(lagSeconds * 1000)} old`
}
