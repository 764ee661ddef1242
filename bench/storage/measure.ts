/** Ratios of two ways to do the same, measured in turns, so that what else the machine does hits both. */

export interface Ratio {
  median: number
  min: number
  max: number
  /** Median of each side, in the unit that was measured. */
  ours: number
  other: number
}

/**
 * Measures both sides `rounds` times in turns and compares within each round.
 *
 * @returns `other / ours`: how many times less ours needs
 */
export async function compare(
  rounds: number,
  ours: () => Promise<number>,
  other: () => Promise<number>,
): Promise<Ratio> {
  const pairs: { ours: number; other: number }[] = []
  for (let round = 0; round < rounds; round++)
    pairs.push({ ours: await ours(), other: await other() })
  return ratioOf(pairs)
}

export function ratioOf(pairs: readonly { ours: number; other: number }[]): Ratio {
  const ratios = pairs.map((pair) => pair.other / pair.ours)
  return {
    median: median(ratios),
    min: Math.min(...ratios),
    max: Math.max(...ratios),
    ours: median(pairs.map((pair) => pair.ours)),
    other: median(pairs.map((pair) => pair.other)),
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN
}

/** Milliseconds that `work` takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}

/** One line: what, both sides, the ratio with its spread, and what was aimed at. */
export function line(what: string, ratio: Ratio, unit: string, aim = ''): string {
  const sides = `${digits(ratio.ours)} against ${digits(ratio.other)} ${unit}`
  const spread = `${digits(ratio.median)}x (${digits(ratio.min)} to ${digits(ratio.max)})`
  return `  ${what.padEnd(44)}${sides.padEnd(36)}${spread.padEnd(26)}${aim}`.trimEnd()
}

export function digits(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en-US')
  return String(Number(value.toPrecision(3)))
}
