import { sql } from 'kysely'
import type { Trx } from '../../db/index.ts'
import type { EventWindow } from './window.ts'

/** What the values of a window are like: milliseconds, CLS without a unit. */
export interface Distribution {
  /** Weighted: an event of a sample stands for as many as its weight says. */
  events: number
  failed: number
  mean: number
  min: number
  max: number
  /** In the order of the probabilities that were asked for; each within 1 % of the exact one. */
  quantiles: number[]
}

export interface WindowDistribution extends Distribution {
  /** What the sketches count by that answered. */
  grain: 'minute' | 'hour' | 'day'
  /** The window as it was answered: widened to whole grains. */
  from: Date
  to: Date
  /** Relative error of the quantiles. */
  errorBound: number
}

/** @defaultValue p50, p75, p95 and p99 */
export const defaultProbabilities: readonly number[] = [0.5, 0.75, 0.95, 0.99]

/**
 * The distribution of all dimensions together. Null if nothing happened.
 *
 * @param dims ids, of one unit: CLS and durations have no common quantile
 * @throws ScopeError SCOPE_DB_FAILED for dimensions of different units
 */
export async function readDistribution(
  trx: Trx,
  dims: readonly number[],
  window: EventWindow,
  probabilities: readonly number[] = defaultProbabilities,
): Promise<WindowDistribution | null> {
  const { rows } = await sql<WindowDistribution>`
    select /* supascope */ q.grain, q.window_from as from, q.window_to as to,
      q.events::double precision as events, q.failed::double precision as failed,
      q.mean, q.min, q.max, q.quantiles, q.error_bound as "errorBound"
    from supascope.quantiles(${dims}::integer[], ${window.from}::timestamptz,
      ${window.to}::timestamptz, ${probabilities}::double precision[]) q
    where q.events > 0`.execute(trx)
  return rows[0] ?? null
}

export interface SeriesDistribution extends Distribution {
  /** Of the dimension. */
  id: number
  /** Of all values. */
  total: number
}

/** The distribution of each dimension by itself, of those where something happened. */
export async function readSeriesDistributions(
  trx: Trx,
  dims: readonly number[],
  window: EventWindow,
  probabilities: readonly number[] = defaultProbabilities,
): Promise<SeriesDistribution[]> {
  const { rows } = await sql<SeriesDistribution>`
    select /* supascope */ q.dim_id as id, q.events::double precision as events,
      q.failed::double precision as failed, q.total, q.mean, q.min, q.max, q.quantiles
    from supascope.series_quantiles(${dims}::integer[], ${window.from}::timestamptz,
      ${window.to}::timestamptz, ${probabilities}::double precision[]) q
    order by q.dim_id`.execute(trx)
  return rows
}
