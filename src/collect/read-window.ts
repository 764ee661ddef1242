import {
  gapFlags,
  mayMissCalls,
  type WindowIntervals,
  type WindowStatement,
} from '../analyze/index.ts'
import { type Database, readOnly } from '../db/index.ts'
import {
  countersOf,
  type IntervalsRow,
  readIntervals,
  readTotals,
  type Span,
  type TotalsRow,
} from './read-window.sql.ts'

/** What all statements did between two snapshots. */
export interface StatementWindow {
  /** Begin of the first interval and end of the last, ISO 8601. */
  from: string
  to: string
  /** Snapshots that the window spans, those merged since included. */
  snapshots: number
  /** In no order; without Supascope's own statements. */
  statements: WindowStatement[]
  intervals: WindowIntervals
  /** Times that pg_stat_statements was full and dropped its least used entries. */
  evictions: number
  /** What pg_stat_database counted meanwhile, by its column; times end in `_ms`. */
  database: Record<string, number>
}

/**
 * Sums the stored intervals that end after `from` and not after `to`: so each interval belongs to
 * exactly one of two windows that touch. The window says where it really begins and ends.
 *
 * @returns Null if no interval ends in the span.
 */
export function readWindow(db: Database, span: Span): Promise<StatementWindow | null> {
  return readOnly(db, async (trx) => {
    const row = await readIntervals(trx, span)
    if (row === undefined || row.from === null || row.to === null) return null
    const intervals = windowIntervals(row)
    const totals = await readTotals(trx, span, row.counted)
    return {
      from: row.from.toISOString(),
      to: row.to.toISOString(),
      snapshots: row.intervals + row.holes + 1,
      statements: totals.map((total) => windowStatement(total, intervals)),
      intervals,
      evictions: row.evictions,
      database: row.database ?? {},
    }
  })
}

/** A hole counts as an interval of which nothing is known. */
function windowIntervals(row: IntervalsRow): WindowIntervals {
  return {
    intervals: row.intervals + row.holes,
    incompleteIntervals: row.incomplete_intervals + row.holes,
    gaps: row.gaps | (row.holes > 0 ? gapFlags.uncovered : 0),
  }
}

function windowStatement(row: TotalsRow, intervals: WindowIntervals): WindowStatement {
  return {
    ...countersOf(row),
    queryid: row.queryid,
    role: row.role_name,
    toplevel: row.toplevel,
    text: row.query,
    m2: row.m2,
    flags: row.flags,
    firstSeenAt: row.first_seen_at.toISOString(),
    mayMissCalls: mayMissCalls({
      flags: row.flags,
      firstAfterGap: row.first_after_gap,
      gaps: intervals.gaps,
    }),
  }
}
