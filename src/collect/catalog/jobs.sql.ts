import { sql } from 'kysely'
import type { JobFacts } from '../../facts/index.ts'
import { isoTime, type Probe } from './probe.ts'

/** The jobs of Supascope itself, whoever runs them. Without our schema there are none. */
export const readJobHealth: Probe<'jobs'> = async (trx, { schema }) => {
  if (schema === null || !schema.objects.has('job_runs')) return []
  const { rows } = await sql<JobFacts>`
    select /* supascope */ r.job as name, 'supascope' as scheduler, coalesce(r.failing, 0) as failing,
      ${isoTime('r.failing_since')} as "failingSince",
      case when r.failing > 0 then r.error end as error, ${isoTime('r.last_done_at')} as "lastDoneAt",
      coalesce(r.missed, 0)::float8 as missed, ${isoTime('r.missed_since')} as "missedSince",
      ${isoTime('r.missed_until')} as "missedUntil"
    from supascope.last_runs() r
    union all
    select j.name, 'pg_cron', (not j.ok)::int, case when not j.ok then ${isoTime('j.started_at')} end,
      j.error, case when j.ok then ${isoTime('j.started_at')} end, 0, null, null
    from supascope.job_status() j
    where j.runner = 'pg_cron'
    order by 1, 2`.execute(trx)
  return rows
}
