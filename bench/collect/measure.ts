/** Times of one thing over several rounds, ms. */
export class Timings {
  readonly #values: number[] = []

  async measure<T>(work: () => Promise<T>): Promise<T> {
    const start = performance.now()
    const result = await work()
    this.#values.push(performance.now() - start)
    return result
  }

  add(value: number): void {
    this.#values.push(value)
  }

  get values(): readonly number[] {
    return this.#values
  }

  get median(): number {
    return quantile(this.#values, 0.5)
  }

  /** `12.3 ms (11.8 to 14.0)`: the median and the middle half. */
  toString(): string {
    const [low, mid, high] = [0.25, 0.5, 0.75].map((q) => quantile(this.#values, q))
    return `${format(mid)} ms (${format(low)} to ${format(high)})`
  }
}

/** Ratios of times that were measured in the same rounds: `0.61 (0.58 to 0.66)`. */
export function ratio(times: Timings, base: Timings): string {
  const ratios = times.values.map((value, i) => value / (base.values[i] ?? Number.NaN))
  const [low, mid, high] = [0.25, 0.5, 0.75].map((q) => quantile(ratios, q))
  return `${format(mid)} (${format(low)} to ${format(high)})`
}

function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const at = q * (sorted.length - 1)
  const low = sorted[Math.floor(at)] ?? Number.NaN
  const high = sorted[Math.ceil(at)] ?? Number.NaN
  return low + (high - low) * (at - Math.floor(at))
}

function format(value: number | undefined): string {
  if (value === undefined) return '?'
  return value < 10 ? value.toFixed(2) : value.toFixed(1)
}
