import { sql } from 'kysely'
import type { Trx } from '../../db/index.ts'
import type { Labels } from './dimensions.sql.ts'
import type { EventWindow } from './window.ts'

/** One series in two windows. */
export interface SeriesComparison {
  /** Of the dimension. */
  id: number
  before: { events: number; failed: number; value: number | null }
  after: { events: number; failed: number; value: number | null }
  /** After divided by before; null where one is missing or before was 0. */
  ratio: number | null
  /** Whether the error bounds of the two values alone do not explain the change. */
  distinguishable: boolean
}

/** Compares a quantile of each dimension in two windows, those that became slower first. */
export async function compareWindows(
  trx: Trx,
  labels: Labels,
  before: EventWindow,
  after: EventWindow,
  quantile = 0.95,
): Promise<SeriesComparison[]> {
  const { rows } = await sql<SeriesComparison>`
    select /* supascope */ c.dim_id as id,
      json_build_object('events', c.before_events, 'failed', c.before_failed,
        'value', c.before_value) as before,
      json_build_object('events', c.after_events, 'failed', c.after_failed,
        'value', c.after_value) as after,
      c.ratio, c.distinguishable
    from supascope.compare_windows(${JSON.stringify(labels)}::jsonb, ${before.from}::timestamptz,
      ${before.to}::timestamptz, ${after.from}::timestamptz, ${after.to}::timestamptz,
      ${quantile}::double precision) c`.execute(trx)
  return rows
}
