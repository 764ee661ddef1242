import type { PlantedCase } from '../../planted-case.ts'

type Row = [job: string, ago: string, outcome: string, error?: string]

function missed(job: string, minutes: number): Row {
  return [job, `${minutes} minutes`, 'missed']
}

/** One row a run: the job, how long ago it fired, what became of it. */
function runs(...rows: Row[]): string {
  const jobs = [...new Set(rows.map(([job]) => job))]
  const values = rows.map(
    ([job, ago, outcome, error]) =>
      `('${job}', date_trunc('second', now()) - interval '${ago}', '${outcome}', ${error === undefined ? 'null' : `'${error}'`}, now(), 1, now())`,
  )
  return `insert into supascope.schedules (job, cron, timezone, settled_at)
    select job, '* * * * *', 'UTC', now() from unnest(array['${jobs.join("','")}']) as job;
    insert into supascope.job_runs (job, fire_at, outcome, error, since, attempts, started_at)
    values ${values.join(', ')};`
}

export const scheduleCases: readonly PlantedCase[] = [
  {
    rule: 'job_failed',
    plant: runs(
      ['fails_now', '2 minutes', 'done'],
      ['fails_now', '1 minute', 'failed', 'out of luck'],
      ['fails_always', '1 minute', 'failed', 'out of luck'],
      // Failed, and went well since.
      ['failed_once', '2 minutes', 'failed', 'out of luck'],
      ['failed_once', '1 minute', 'done'],
      // There was nothing to do, which is no failure.
      ['skips', '1 minute', 'skipped'],
      // At the second attempt it went well.
      ['tried_again', '1 minute', 'done', 'out of luck'],
    ),
    defects: ['supascope.fails_now', 'supascope.fails_always'],
    decoys: ['supascope.failed_once', 'supascope.skips', 'supascope.tried_again'],
  },
  {
    rule: 'job_missed',
    plant: runs(
      ['missed_now', '5 minutes', 'missed'],
      ...Array.from({ length: 6 }, (_, i) => missed('missed_many', 10 + i)),
      ['missed_many', '1 minute', 'done'],
      // Ran since.
      missed('missed_once', 10),
      ['missed_once', '1 minute', 'done'],
      // Long ago.
      ['missed_then', '3 days', 'missed'],
      ['missed_then', '1 minute', 'done'],
      // Ran at the time of the one before: that is no miss.
      ['overlapped', '1 minute', 'skipped'],
    ),
    defects: ['supascope.missed_now', 'supascope.missed_many'],
    decoys: ['supascope.missed_then', 'supascope.missed_once', 'supascope.overlapped'],
  },
]
