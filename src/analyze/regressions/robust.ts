/** Location and scale that no few outliers can move. */

/** The middle of values; the mean of the two middle ones of an even number. NaN of none. */
export function median(values: readonly number[]): number {
  return medianOfSorted(values.toSorted((a, b) => a - b))
}

export function medianOfSorted(sorted: readonly number[]): number {
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/** What the median absolute deviation of normally distributed values is multiplied by. */
const toSigma = 1.4826

/** The deviation of normally distributed values that vary as much around their middle. */
export function robustSigma(values: readonly number[], centre: number = median(values)): number {
  return toSigma * median(values.map((value) => Math.abs(value - centre)))
}
