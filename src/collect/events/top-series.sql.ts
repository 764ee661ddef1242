import { sql } from 'kysely'
import type { Trx } from '../../db/index.ts'
import type { Labels, StoredDimension } from './dimensions.sql.ts'
import type { EventWindow } from './window.ts'

/** What series can be ordered by, the highest first. */
export type SeriesOrder = 'events' | 'failed' | 'total' | 'mean' | 'p50' | 'p75' | 'p95' | 'p99'

export interface TopSeries extends StoredDimension {
  events: number
  failed: number
  total: number
  mean: number
  p50: number
  p75: number
  p95: number
  p99: number
}

export interface TopOptions {
  /** @defaultValue 'p95' */
  orderBy?: SeriesOrder
  /** @defaultValue 20 */
  most?: number
}

/** The dimensions of a window that stand out, with their labels. */
export async function readTopSeries(
  trx: Trx,
  labels: Labels,
  window: EventWindow,
  options: TopOptions = {},
): Promise<TopSeries[]> {
  const { rows } = await sql<TopSeries>`
    select /* supascope */ t.dim_id as id, t.kind, t.name, t.route, t.method, t.status, t.device,
      t.country, t.region, t.release, t.events::double precision as events,
      t.failed::double precision as failed, t.total, t.mean, t.p50, t.p75, t.p95, t.p99
    from supascope.top_series(${JSON.stringify(labels)}::jsonb, ${window.from}::timestamptz,
      ${window.to}::timestamptz, ${options.orderBy ?? 'p95'}::text, ${options.most ?? 20}::integer) t`.execute(
    trx,
  )
  return rows
}
