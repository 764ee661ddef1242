/** What one statement did in one stretch of time that was watched. */
export interface HistoryPoint {
  /** Begin, ms since 1970. */
  at: number
  /** Length, ms. */
  width: number
  /** 0 where it was watched and did nothing. */
  calls: number
  totalMs: number
  rows: number
}

/** The stored history of one statement, oldest first; stretches that nobody watched have no point. */
export type StatementHistory = readonly HistoryPoint[]

/** A stretch in which a figure could be told. */
export interface Sample {
  at: number
  /** End, ms since 1970. */
  end: number
  /** Natural logarithm of the figure. */
  log: number
  calls: number
}

export const hourMs = 3_600_000
export const dayMs: number = 24 * hourMs

/** Sums the points by hours of the clock (UTC). */
export function byHour(points: StatementHistory): HistoryPoint[] {
  const hours = new Map<number, HistoryPoint>()
  for (const point of points) {
    const at = Math.floor(point.at / hourMs) * hourMs
    const hour = hours.get(at)
    if (hour === undefined) hours.set(at, { ...point, at, width: Math.min(point.width, hourMs) })
    else add(hour, point)
  }
  return [...hours.values()].sort((a, b) => a.at - b.at)
}

function add(sum: HistoryPoint, point: HistoryPoint): void {
  sum.width += point.width
  sum.calls += point.calls
  sum.totalMs += point.totalMs
  sum.rows += point.rows
}

/** Puts neighbours together until each has so many calls: few calls make a mean that says little. */
export function withEnoughCalls(points: StatementHistory, calls: number): HistoryPoint[] {
  const result: HistoryPoint[] = []
  let open: HistoryPoint | null = null
  for (const point of points) {
    if (open === null) open = { ...point }
    else add(open, { ...point, width: point.at + point.width - open.at - open.width })
    if (open.calls < calls) continue
    result.push(open)
    open = null
  }
  return result
}
