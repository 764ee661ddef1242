import type { SeriesPoint } from '../../report.ts'

/** Where within a window the mean of a statement rose for good. */
export interface ChangePoint {
  /** Start of the first bucket after it, ISO 8601. */
  at: string
  before: { calls: number; meanMs: number }
  after: { calls: number; meanMs: number }
}

/**
 * The split of a series that separates its means best, in standard errors; null if the mean never
 * rises with enough calls on both sides.
 *
 * @param minCalls - Calls that each side needs.
 */
export function findRise(series: readonly SeriesPoint[], minCalls: number): ChangePoint | null {
  const all = series.reduce(add, { calls: 0, ms: 0 })
  let before = { calls: 0, ms: 0 }
  let best: ChangePoint | null = null
  let bestScore = 0
  for (const [i, point] of series.entries()) {
    const after = { calls: all.calls - before.calls, ms: all.ms - before.ms }
    if (i > 0 && before.calls >= minCalls && after.calls >= minCalls) {
      const rise = after.ms / after.calls - before.ms / before.calls
      const score = rise * Math.sqrt((before.calls * after.calls) / all.calls)
      if (score > bestScore) {
        bestScore = score
        best = { at: point.at, before: side(before), after: side(after) }
      }
    }
    before = add(before, point)
  }
  return best
}

function add(
  sum: { calls: number; ms: number },
  point: SeriesPoint,
): { calls: number; ms: number } {
  return { calls: sum.calls + point.calls, ms: sum.ms + point.total_ms }
}

function side({ calls, ms }: { calls: number; ms: number }): { calls: number; meanMs: number } {
  return { calls, meanMs: ms / calls }
}
