/**
 * DDSketch (Masson, Rim, Lee: "DDSketch: a fast and fully-mergeable quantile sketch with
 * relative-error guarantees", VLDB 2019): counts of values by logarithmic bins. Any quantile is
 * within 1 % of the exact one, and sketches of any parts of the data add up to the sketch of all.
 *
 * No logarithm decides where a value belongs: libm and V8 round it differently. The bins' borders
 * are the powers of GAMMA by repeated IEEE multiplication and division from 1, and a value is in bin
 * i if border(i - 1) <= value < border(i). SQL makes the same table and finds the bin with
 * width_bucket(), so every double falls into the same bin everywhere, and the value of a bin, its
 * upper border times 1 - ALPHA, is the same double too.
 */
import type { WireSketch } from './wire.ts'

/** Relative error of a quantile. */
export const ALPHA = 0.01
export const GAMMA: number = (1 + ALPHA) / (1 - ALPHA)

/** Positive values beyond these count as the nearest of them. */
export const MIN_VALUE = 1e-3
export const MAX_VALUE = 1e9

/** The bins of MIN_VALUE and MAX_VALUE. */
export const MIN_BIN = -345
export const MAX_BIN = 1037

/** `borders[k]` is the lower border of the bin k + MIN_BIN. */
const borders = makeBorders()

function makeBorders(): Float64Array {
  const one = 1 - MIN_BIN
  const made = new Float64Array(MAX_BIN - MIN_BIN + 2)
  made[one] = 1
  for (let k = one + 1; k < made.length; k++) made[k] = (made[k - 1] as number) * GAMMA
  for (let k = one - 1; k >= 0; k--) made[k] = (made[k + 1] as number) / GAMMA
  return made
}

/** GAMMA to the power of `bin`, from MIN_BIN - 1 to MAX_BIN. */
export function upperBorder(bin: number): number {
  return borders[bin - MIN_BIN + 1] as number
}

const perLog = 1 / Math.log(GAMMA)

/** The bin of a positive value. */
export function binOf(value: number): number {
  const within = clamp(value, MIN_VALUE, MAX_VALUE)
  // The logarithm only says where to look.
  let bin = Math.floor(Math.log(within) * perLog) + 1
  while (within < upperBorder(bin - 1)) bin--
  while (within >= upperBorder(bin)) bin++
  return bin
}

/** What stands for every value of a bin: at most ALPHA away from each of them, relatively. */
export function binValue(bin: number): number {
  return upperBorder(bin) * (1 - ALPHA)
}

/** A sketch in the making. Counts are weighted; sum, min and max are of the values as clamped. */
export interface Sketch {
  n: number
  /** Of those the failed ones. */
  err: number
  /** Of those the ones that are zero or less; they count as 0. */
  z: number
  sum: number
  /** Infinity while empty. */
  min: number
  /** -Infinity while empty. */
  max: number
  bins: Map<number, number>
}

export function createSketch(): Sketch {
  return { n: 0, err: 0, z: 0, sum: 0, min: Infinity, max: -Infinity, bins: new Map() }
}

/**
 * Counts a value. NaN has no place and is left out.
 *
 * @param weight how many events it stands for: a positive integer. @defaultValue 1
 */
export function add(sketch: Sketch, value: number, weight = 1, failed = false): void {
  if (Number.isNaN(value)) return
  const within = value > 0 ? clamp(value, MIN_VALUE, MAX_VALUE) : 0
  sketch.n += weight
  if (failed) sketch.err += weight
  sketch.sum += within * weight
  sketch.min = Math.min(sketch.min, within)
  sketch.max = Math.max(sketch.max, within)
  if (within === 0) sketch.z += weight
  else addToBin(sketch, binOf(within), weight)
}

/** Adds what `other` has counted; `other` stays as it is. */
export function merge(sketch: Sketch, other: Sketch): void {
  sketch.n += other.n
  sketch.err += other.err
  sketch.z += other.z
  sketch.sum += other.sum
  sketch.min = Math.min(sketch.min, other.min)
  sketch.max = Math.max(sketch.max, other.max)
  for (const [bin, count] of other.bins) addToBin(sketch, bin, count)
}

function addToBin(sketch: Sketch, bin: number, count: number): void {
  sketch.bins.set(bin, (sketch.bins.get(bin) ?? 0) + count)
}

/**
 * The value that at least the part `q` of all values does not exceed, within ALPHA of it; null if
 * the sketch is empty. Its rank is the one of Postgres' percentile_disc: ceil(q * n), at least 1.
 */
export function quantile(sketch: Sketch, q: number): number | null {
  if (sketch.n === 0) return null
  const rank = Math.max(1, Math.ceil(q * sketch.n))
  let below = sketch.z
  let value = 0
  for (const [bin, count] of sorted(sketch)) {
    if (below >= rank) break
    below += count
    value = binValue(bin)
  }
  return clamp(value, sketch.min, sketch.max)
}

/** What goes onto the wire, without its dimension and minute. */
export type SketchCounts = Omit<WireSketch, 'd' | 't'>

export function toCounts(sketch: Sketch): SketchCounts {
  const { n, err, z, sum, min, max } = sketch
  const bins = sorted(sketch)
  return { n, err, z, sum, min, max, i: bins.map(([bin]) => bin), c: bins.map(([, c]) => c) }
}

export function fromCounts(counts: SketchCounts): Sketch {
  const { n, err, z, sum, min, max, i, c } = counts
  return { n, err, z, sum, min, max, bins: new Map(i.map((bin, k) => [bin, c[k] as number])) }
}

function sorted(sketch: Sketch): [bin: number, count: number][] {
  return [...sketch.bins].sort(([a], [b]) => a - b)
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max)
}
