import type { WindowSeriesPoint } from '../analyze/index.ts'
import { type Database, readOnly } from '../db/index.ts'
import { readBuckets } from './read-series.sql.ts'
import type { Span } from './read-window.sql.ts'
import type { StatementKey } from './statement-registry.sql.ts'

export interface SeriesOptions extends Span {
  /** How many equal parts the span is cut into. */
  buckets: number
  keys: readonly StatementKey[]
}

/**
 * The history of some statements: calls and time by part of the span. An interval counts for the
 * part in which its middle lies. A part that no interval covers has no points; one in which a
 * statement did nothing has a point of zeros.
 */
export function readSeries(db: Database, options: SeriesOptions): Promise<WindowSeriesPoint[]> {
  const { from, to, buckets, keys } = options
  if (keys.length === 0 || buckets < 1 || to <= from) return Promise.resolve([])
  const width = (to.getTime() - from.getTime()) / buckets
  return readOnly(db, async (trx) => {
    const rows = await readBuckets(trx, options)
    return rows.map(({ bucket, total_ms: totalMs, ...point }) => ({
      ...point,
      totalMs,
      at: new Date(from.getTime() + bucket * width).toISOString(),
    }))
  })
}
