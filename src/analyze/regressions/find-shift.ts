import type { Sample } from './history.ts'
import { median, robustSigma } from './robust.ts'
import { earlierStretches, leastDays, type Season } from './season.ts'
import { bestSplit, type Split } from './split.ts'

/** A lasting rise of a figure. */
export interface Shift {
  /** It began after the one and not after the other, ms since 1970. */
  after: number
  at: number
  /** The figure as it would be without the rise, and as it is. */
  before: number
  now: number
  calls: { before: number; after: number }
  /** What it is compared with: the same hour of earlier days, or what went before it. */
  baseline: 'same_hour' | 'before'
  /** The rise in deviations of the noise. */
  clarity: number
}

export interface ShiftOptions {
  /** Growth from which a rise counts: 2 means doubled. */
  ratio: number
  /** Calls that each side needs. */
  minCalls: number
  /** Samples that the rise must have lasted for; twice as many where no earlier days are known. */
  leastAfter: number
  /** Says nothing where no earlier days are known. @defaultValue false */
  needsSeason?: boolean
}

/** Samples needed before a rise. */
const leastBefore = 6
/** Share of the samples of each side that must lie on its side of the middle. */
const apart = 0.75
/** Without earlier days a slow swing is no rise: so much of it must happen at once. */
const leastStep = 0.6

/**
 * Finds the rise that lasts until the end of a series, and when it began; null if there is none
 * that stands out from its noise.
 *
 * @param season - What is usual by the hour; judged against where enough days are known.
 * @param hours - Samples by the hour, of the whole history.
 */
export function findShift(
  samples: readonly Sample[],
  context: { season: Season; hours: readonly Sample[] },
  options: ShiftOptions,
): Shift | null {
  const series = withoutSeason(samples, context.season)
  if (options.needsSeason === true && !series.seasonal) return null
  const leastAfter = options.leastAfter * (series.seasonal ? 1 : 2)
  const calls = runningSums(series.samples.map((sample) => sample.calls))
  const all = calls.at(-1) ?? 0
  const split = bestSplit(series.values, ({ index, before, after }) => {
    if (index < leastBefore || series.values.length - index < leastAfter) return false
    const early = calls[index - 1] ?? 0
    if (early < options.minCalls || all - early < options.minCalls) return false
    return after - before >= Math.log(options.ratio)
  })
  if (split === null || !isClear(series, split, context, options)) return null
  const first = series.samples[split.index]
  const last = series.samples[split.index - 1]
  if (first === undefined || last === undefined) return null
  const now = Math.exp(median(series.samples.slice(split.index).map(({ log }) => log)))
  const early = calls[split.index - 1] ?? 0
  return {
    after: last.at,
    at: first.at,
    before: now / Math.exp(split.after - split.before),
    now,
    calls: { before: early, after: all - early },
    baseline: series.seasonal ? 'same_hour' : 'before',
    clarity: clarityOf(series, split, context.season),
  }
}

interface Series {
  samples: readonly Sample[]
  /** Logarithms, relative to what is usual at the hour if that is known. */
  values: number[]
  seasonal: boolean
}

/** For so many of the samples what is usual must be known; the others are left out then. */
const knownShare = 0.6

function withoutSeason(samples: readonly Sample[], season: Season): Series {
  const known = samples.flatMap((sample) => {
    const usual = season.usual((sample.at + sample.end) / 2)
    return usual === null ? [] : [{ sample, value: sample.log - usual }]
  })
  if (known.length < Math.max(leastBefore, knownShare * samples.length)) {
    return { samples, values: samples.map(({ log }) => log), seasonal: false }
  }
  const values = known.map(({ value }) => value)
  return { samples: known.map(({ sample }) => sample), values, seasonal: true }
}

function isClear(
  series: Series,
  split: Split,
  { season, hours }: { season: Season; hours: readonly Sample[] },
  { ratio }: ShiftOptions,
): boolean {
  const { values, samples, seasonal } = series
  if (clarityOf(series, split, season) < neededClarity(values.length - split.index)) return false
  if (!standsApart(values, split)) return false
  if (!seasonal) return isStep(values, split.index, split.after - split.before)
  const [from, to] = [samples[split.index]?.at ?? 0, samples.at(-1)?.end ?? 0]
  const earlier = earlierStretches(hours, season, { from, to })
  return isRare(split.after, earlier, Math.log(ratio))
}

/** The rise in deviations of the noise within the series, and from day to day. */
function clarityOf({ seasonal }: Series, split: Split, season: Season): number {
  const sigma = Math.max(split.sigma, seasonal ? season.sigma : 0, 1e-9)
  return (split.after - split.before) / sigma
}

/** A short rise must be the clearer: noise that lasts makes short ones. */
function neededClarity(samplesAfter: number): number {
  return 2 + 4 / Math.sqrt(samplesAfter)
}

/** Both sides keep to their level, and the rise is still there at the end. */
function standsApart(
  values: readonly number[],
  { index, before, after }: { index: number; before: number; after: number },
): boolean {
  const middle = (before + after) / 2
  const early = values.slice(0, index)
  const late = values.slice(index)
  const above = late.filter((value) => value > middle).length
  const below = early.filter((value) => value < middle).length
  const lately = late.slice(-3)
  return (
    above >= apart * late.length &&
    below >= apart * early.length &&
    lately.filter((value) => value > middle).length >= 2
  )
}

function isStep(values: readonly number[], index: number, rise: number): boolean {
  const step =
    median(values.slice(index, index + 4)) - median(values.slice(Math.max(0, index - 4), index))
  return step >= leastStep * rise
}

/**
 * Whether the level is as much above these hours of earlier days, and hardly any of those had such
 * a stretch. After a quiet weekend each Monday is a rise, and none above other Mondays.
 */
function isRare(level: number, earlier: readonly number[], rise: number): boolean {
  if (earlier.length < leastDays) return level >= rise
  const above = level - median(earlier)
  const higher = earlier.filter((one) => one >= level).length
  const needed = Math.max(rise, (3 + 6 / earlier.length) * robustSigma(earlier))
  return above >= needed && higher <= earlier.length / 20
}

function runningSums(values: readonly number[]): number[] {
  let sum = 0
  return values.map((value) => {
    sum += value
    return sum
  })
}
