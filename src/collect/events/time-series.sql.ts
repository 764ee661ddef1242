import { sql } from 'kysely'
import type { Trx } from '../../db/index.ts'
import { type Distribution, defaultProbabilities } from './quantiles.sql.ts'
import type { EventWindow } from './window.ts'

export interface TimeStep extends Distribution {
  /** Start of the step. */
  at: Date
}

/**
 * The distribution of all dimensions together by steps, oldest first; steps in which nothing
 * happened are left out.
 *
 * @param stepSeconds whole minutes, hours or days: each as far back as sketches of that grain are
 *   kept
 */
export async function readTimeSeries(
  trx: Trx,
  dims: readonly number[],
  window: EventWindow,
  stepSeconds: number,
  probabilities: readonly number[] = defaultProbabilities,
): Promise<TimeStep[]> {
  const { rows } = await sql<TimeStep>`
    select /* supascope */ t.bucket as at, t.events::double precision as events,
      t.failed::double precision as failed, t.mean, t.min, t.max, t.quantiles
    from supascope.time_series(${dims}::integer[], ${window.from}::timestamptz,
      ${window.to}::timestamptz, make_interval(secs => ${stepSeconds}::double precision),
      ${probabilities}::double precision[]) t
    where t.events > 0
    order by t.bucket`.execute(trx)
  return rows
}
