import type { Report, SeriesPoint, Trend } from '../report.ts'
import { type DescribedStatement, describeStatement } from './describe-statement.ts'
import type { StatementFacts } from './facts.ts'
import { stddevMs } from './moments.ts'
import type { ReportInput, StatementName } from './report-input.ts'
import type { WindowSeriesPoint, WindowStatement } from './window.ts'

/** The statements of a window in order, and what is left out of it. */
export interface Ranking {
  ranked: StatementFacts[]
  /** Sums over what is counted but not ranked. */
  unranked: Record<'own' | 'housekeeping', { statements: number; calls: number; share: number }>
  totals: Report['totals']
}

/**
 * Ranks by share of the window's time, over all its statements. Rows of one query by several roles,
 * or within and without a function, stay apart: they have plans and remedies of their own.
 */
export function rankStatements(input: ReportInput): Ranking {
  const ran = input.statements.filter((statement) => statement.calls > 0)
  const totals = {
    statements: ran.length,
    calls: sum(ran, (statement) => statement.calls),
    total_ms: sum(ran, (statement) => statement.totalMs),
  }
  const before = new Map((input.previous?.statements ?? []).map((row) => [keyOf(row), row]))
  const series = seriesByKey(input.series)
  const unranked = { own: nothing(), housekeeping: nothing() }
  const ranked: StatementFacts[] = []
  for (const row of ran.toSorted(byTime)) {
    const described = describeStatement(row.text, row.role)
    const share = totals.total_ms > 0 ? row.totalMs / totals.total_ms : 0
    if (described.place === 'ranked') {
      const key = keyOf(row)
      const facts = factsOf(row, described, share, before.get(key), series.get(key) ?? [])
      ranked.push({ ...facts, rank: ranked.length + 1 })
    } else {
      const group = unranked[described.place]
      group.statements += 1
      group.calls += row.calls
      group.share += share
    }
  }
  return { ranked, unranked, totals }
}

function nothing(): { statements: number; calls: number; share: number } {
  return { statements: 0, calls: 0, share: 0 }
}

function sum<T>(rows: readonly T[], value: (row: T) => number): number {
  return rows.reduce((total, row) => total + value(row), 0)
}

/** Most time first; ties fall the same way in every run. */
function byTime(a: WindowStatement, b: WindowStatement): number {
  return b.totalMs - a.totalMs || b.calls - a.calls || (keyOf(a) < keyOf(b) ? -1 : 1)
}

/** Unique in its window. */
export function keyOf(row: StatementName): string {
  return `${row.queryid} ${row.toplevel ? 'top' : 'nested'} ${row.role}`
}

function seriesByKey(points: readonly WindowSeriesPoint[]): Map<string, SeriesPoint[]> {
  const series = new Map<string, SeriesPoint[]>()
  for (const point of points) {
    const key = keyOf(point)
    const own = series.get(key) ?? []
    own.push({ at: point.at, calls: point.calls, total_ms: point.totalMs })
    series.set(key, own)
  }
  for (const own of series.values()) own.sort((a, b) => (a.at < b.at ? -1 : 1))
  return series
}

function factsOf(
  row: WindowStatement,
  described: DescribedStatement,
  share: number,
  before: WindowStatement | undefined,
  series: SeriesPoint[],
): Omit<StatementFacts, 'rank'> {
  const blocks = row.sharedBlksHit + row.sharedBlksRead
  return {
    key: keyOf(row),
    queryid: row.queryid,
    role: row.role,
    toplevel: row.toplevel,
    kind: described.kind,
    label: described.label,
    text: row.text,
    calls: row.calls,
    total_ms: row.totalMs,
    mean_ms: row.totalMs / row.calls,
    stddev_ms: stddevMs(row),
    rows: row.rows,
    share,
    trend: trendOf(row, before),
    exactness: row.mayMissCalls ? 'lower_bound' : 'exact',
    cache_hit: blocks > 0 ? row.sharedBlksHit / blocks : null,
    shared_blks_hit: row.sharedBlksHit,
    shared_blks_read: row.sharedBlksRead,
    temp_blks_written: row.tempBlksWritten,
    io_ms: row.ioMs,
    wal_bytes: row.walBytes,
    plan_ms: row.planMs,
    jit_ms: row.jitMs,
    verb: described.verb,
    lookup: described.lookup,
    firstSeenAt: row.firstSeenAt,
    before: beforeOf(before),
    counters: row,
    limited: described.limited ?? null,
    series,
  }
}

function beforeOf(before: WindowStatement | undefined): StatementFacts['before'] {
  if (before === undefined || before.calls <= 0) return null
  const { calls, totalMs } = before
  return { calls, meanMs: totalMs / calls, stddevMs: stddevMs(before) }
}

function trendOf(row: WindowStatement, before: WindowStatement | undefined): Trend | null {
  if (before === undefined || before.calls <= 0 || before.totalMs <= 0) return null
  const previousMean = before.totalMs / before.calls
  const trend = {
    calls: row.calls / before.calls,
    total: row.totalMs / before.totalMs,
    mean: row.totalMs / row.calls / previousMean,
    previous_mean_ms: previousMean,
  }
  // JSON has no infinity, which a ratio to next to nothing may be.
  return Object.values(trend).every(Number.isFinite) ? trend : null
}
