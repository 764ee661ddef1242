import { medianOfSorted, robustSigma } from './robust.ts'

/** A series cut in two, each side known by its middle. */
export interface Split {
  /** Index of the first value of the second side. */
  index: number
  before: number
  after: number
  /** Deviation of the values around the middle of their side. */
  sigma: number
}

/**
 * The cut at which two levels describe a series best, among those that `allows` allows: the least
 * sum of absolute deviations from the middle of each side. Outliers neither make nor move it.
 *
 * Quadratic at most, with small factors: a series has some hundred values.
 */
export function bestSplit(
  values: readonly number[],
  allows: (split: { index: number; before: number; after: number }) => boolean,
): Split | null {
  const left = runningMedians(values)
  const right = runningMedians(values.toReversed()).toReversed()
  let best: { index: number; before: number; after: number } | null = null
  let least = Number.POSITIVE_INFINITY
  for (let index = 1; index < values.length; index += 1) {
    const before = left[index - 1] ?? Number.NaN
    const after = right[index] ?? Number.NaN
    const candidate = { index, before, after }
    if (!allows(candidate)) continue
    let cost = 0
    for (const [i, value] of values.entries()) {
      cost += Math.abs(value - (i < index ? before : after))
    }
    if (cost < least) {
      least = cost
      best = candidate
    }
  }
  if (best === null) return null
  const { index, before, after } = best
  const residuals = values.map((value, i) => value - (i < index ? before : after))
  return { ...best, sigma: robustSigma(residuals, 0) }
}

/** The middle of each beginning of a series. */
function runningMedians(values: readonly number[]): number[] {
  const sorted: number[] = []
  return values.map((value) => {
    sorted.splice(placeOf(sorted, value), 0, value)
    return medianOfSorted(sorted)
  })
}

function placeOf(sorted: readonly number[], value: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] ?? 0) < value) low = middle + 1
    else high = middle
  }
  return low
}
