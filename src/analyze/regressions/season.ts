import { dayMs, hourMs, type Sample } from './history.ts'
import { median, robustSigma } from './robust.ts'

/** How a figure usually stands at an hour of the day, from the same hour of earlier days. */
export interface Season {
  /** The usual logarithm around a time; null where too few earlier days are known. */
  usual(at: number): number | null
  /** How far an hour usually lies from what was usual: a deviation of logarithms. */
  sigma: number
}

/** Earlier days that are looked at, and how many of them make something usual. */
const mostDays = 28
export const leastDays = 4

/**
 * @param hours - Samples by hours of the clock, of the whole history.
 */
export function seasonOf(hours: readonly Sample[]): Season {
  const logs = new Map(hours.map(({ at, log }) => [at, log]))
  const known = new Map<number, number | null>()
  const usualHour = (hour: number): number | null => {
    const found = known.get(hour)
    if (found !== undefined) return found
    const earlier: number[] = []
    for (let day = 1; day <= mostDays; day += 1) {
      const log = logs.get(hour - day * dayMs)
      if (log !== undefined) earlier.push(log)
    }
    const usual = earlier.length < leastDays ? null : median(earlier)
    known.set(hour, usual)
    return usual
  }
  const residuals = hours.flatMap(({ at, log }) => {
    const usual = usualHour(at)
    return usual === null ? [] : [log - usual]
  })
  return {
    usual: (at) => between(at, usualHour),
    sigma: residuals.length < 12 ? 0 : robustSigma(residuals),
  }
}

/** Between the middles of two hours the usual changes evenly: it makes no steps at full hours. */
function between(at: number, usualHour: (hour: number) => number | null): number | null {
  const first = Math.floor((at - hourMs / 2) / hourMs) * hourMs
  const [low, high] = [usualHour(first), usualHour(first + hourMs)]
  if (low === null || high === null) return low ?? high
  const share = (at - hourMs / 2 - first) / hourMs
  return low + (high - low) * share
}

/**
 * The middle of a stretch of the clock on each of the earlier days, relative to what was usual
 * then: what chance alone has made of such a stretch before.
 */
export function earlierStretches(
  hours: readonly Sample[],
  season: Season,
  stretch: { from: number; to: number },
): number[] {
  const length = stretch.to - stretch.from
  if (length > dayMs) return []
  const middles: number[] = []
  for (let day = 1; day <= mostDays; day += 1) {
    const [from, to] = [stretch.from - day * dayMs, stretch.to - day * dayMs]
    const residuals = hours.flatMap(({ at, end, log }) => {
      const usual = end > from && at < to ? season.usual((at + end) / 2) : null
      return usual === null ? [] : [log - usual]
    })
    if (residuals.length > 0) middles.push(median(residuals))
  }
  return middles
}
