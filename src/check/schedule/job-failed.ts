import type { JobFacts } from '../../facts/index.ts'
import type { Finding } from '../../finding.ts'
import { formatTime } from '../../quantity.ts'
import { objectFinding } from '../object-finding.ts'
import { defineRule, type Rule } from '../rule.ts'

const name = 'job_failed'
const title = 'Job fails'

/** Failures in a row from which it is no accident. */
const persistent = 3

/** Jobs whose last run failed, retries and all. See docs/findings/job_failed.md. */
export const jobFailed: Rule = defineRule({
  name,
  title,
  description: 'Finds jobs of Supascope whose last run failed, retries and all.',
  examines: 'jobs',
  needs: ['jobs'],
  judge({ jobs }) {
    return {
      examined: jobs.length,
      findings: jobs.filter(({ failing }) => failing > 0).map(finding),
    }
  },
})

function finding(job: JobFacts): Finding {
  const { failing, failingSince, lastDoneAt, error } = job
  const times = failing === 1 ? 'its last run' : `its last ${failing} runs`
  const before =
    lastDoneAt === null ? 'it never went well' : `it went well last at ${formatTime(lastDoneAt)}`
  return objectFinding(
    { name, title },
    { type: 'job', schema: 'supascope', name: job.name },
    {
      level: failing >= persistent || lastDoneAt === null ? 'ERROR' : 'WARN',
      categories: ['RELIABILITY'],
      summary: `${failing} in a row since ${failingSince === null ? 'an unknown time' : formatTime(failingSince)}`,
      detail: `The job ${job.name} failed in ${times}; ${before}. The last error: ${error ?? 'not recorded'}`,
      remediation:
        job.scheduler === 'pg_cron'
          ? `select supascope.run_job('${job.name}', 'manual');`
          : `See it fail, with its remedy: npx supascope run ${job.name}`,
      evidence: { failing, failing_since: failingSince, last_done_at: lastDoneAt },
      metadata: { scheduler: job.scheduler },
    },
  )
}
