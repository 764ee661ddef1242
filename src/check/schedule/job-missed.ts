import type { JobFacts } from '../../facts/index.ts'
import type { Finding } from '../../finding.ts'
import { formatTime } from '../../quantity.ts'
import { objectFinding } from '../object-finding.ts'
import { defineRule, type Rule } from '../rule.ts'

const name = 'job_missed'
const title = 'Job missed its time'

/** A restart misses one or two, which the runs since have made up for. */
const many = 5

/** Firings of the last day that nobody ran. See docs/findings/job_missed.md. */
export const jobMissed: Rule = defineRule({
  name,
  title,
  description:
    'Finds jobs of Supascope with firings in the last day that nobody ran or made up for.',
  examines: 'jobs',
  needs: ['jobs'],
  judge({ jobs }) {
    const missing = jobs.filter((job) => job.missed >= (ranSince(job) ? many : 1))
    return { examined: jobs.length, findings: missing.map(finding) }
  },
})

function ranSince({ missedUntil, lastDoneAt }: JobFacts): boolean {
  return (lastDoneAt ?? '') > (missedUntil ?? '')
}

function timeOf(at: string | null): string {
  return at === null ? 'an unknown time' : formatTime(at)
}

function finding(job: JobFacts): Finding {
  const { missed, missedSince, missedUntil, lastDoneAt } = job
  const since = ranSince(job)
  const when =
    missedSince === missedUntil
      ? `at ${timeOf(missedUntil)}`
      : `between ${timeOf(missedSince)} and ${timeOf(missedUntil)}`
  const firings = missed === 1 ? '1 firing' : `${missed} firings`
  return objectFinding(
    { name, title },
    { type: 'job', schema: 'supascope', name: job.name },
    {
      level: since ? 'INFO' : 'WARN',
      categories: ['RELIABILITY'],
      summary: `${firings} in the last day`,
      detail: `${firings} of the job ${job.name} ${missed === 1 ? 'was' : 'were'} missed ${when}; ${
        since ? `it ran since, at ${timeOf(lastDoneAt)}` : 'it has not run since'
      }.`,
      remediation:
        "Keep `supascope serve` running under a supervisor, or on two machines: docs/schedule.md. What was missed, and why: select * from supascope.job_runs where outcome = 'missed' order by fire_at desc;",
      evidence: {
        missed,
        missed_since: missedSince,
        missed_until: missedUntil,
        last_done_at: lastDoneAt,
      },
    },
  )
}
