import { sql } from 'kysely'
import type { Trx } from '../../db/index.ts'

/** A raw event on its way to another store. */
export interface ExportedEvent {
  /** ISO 8601 */
  ts: string
  dim_id: number
  value: number
  /** Negative: takes an earlier event back, which a later report replaced. */
  weight: number
  failed: boolean
  trace: string | null
  attrs: Record<string, string | number | boolean> | null
}

export interface ExportPage {
  rows: ExportedEvent[]
  /** Where to go on; as text, because it exceeds what a double holds exactly. */
  next: string
  /** Whether there is more at once. */
  more: boolean
}

/**
 * Raw events from a position on, up to the horizon below which every transaction has ended: read one
 * page after the other, nothing is missed and nothing comes twice.
 *
 * @param position '0' to begin with, then `next` of the page before
 */
export async function exportEvents(
  trx: Trx,
  source: 'performance_logs' | 'web_vitals',
  position: string,
  most = 10_000,
): Promise<ExportPage> {
  const { rows } = await sql<ExportPage>`
    select /* supascope */ e.rows, e.next_position::text as next, e.more
    from supascope.export_events(${source}::text, ${position}::bigint, ${most}::integer) e`.execute(
    trx,
  )
  return rows[0] ?? { rows: [], next: position, more: false }
}
