/** What the sketch vectors are made from; their answers are in sketches.json, merges.json, bins.json. */
import { add, createSketch, type Sketch } from '../../src/sketch.ts'
import { sketchScale } from '../../src/wire.ts'

export interface SketchInput {
  name: string
  values: number[]
  /** As many as values; 1 where there are none. */
  weights?: number[]
  /** Which of the values failed, by place. */
  failed?: number[]
}

export const quantiles: number[] = [0, 0.01, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1]

const cls = sketchScale({ kind: 'vital', name: 'CLS' })
const random = generator(20_261_115)

export const sketchInputs: SketchInput[] = [
  { name: 'nothing', values: [] },
  { name: 'one', values: [1] },
  { name: 'zero', values: [0] },
  { name: 'zeros below the median', values: [0, 0, 0, 7, 8, 9, 10, 11] },
  { name: 'negative values count as zero', values: [-5, -0.001, 0, 3] },
  { name: 'too small to tell apart', values: [5e-324, 1e-9, 0.000999, 0.001] },
  { name: 'too large to tell apart', values: [999_999_999, 1e9, 1e10, 1.7976931348623157e308] },
  { name: 'one to a hundred', values: Array.from({ length: 100 }, (_, k) => k + 1) },
  { name: 'powers of ten', values: [0.001, 0.01, 0.1, 1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8] },
  { name: 'all the same', values: Array.from({ length: 20 }, () => 41.5) },
  { name: 'web page', values: logNormal(500, 1800, 0.6) },
  { name: 'edge function', values: logNormal(400, 40, 1.1), failed: [3, 77, 399] },
  { name: 'statement', values: logNormal(300, 0.4, 1.6) },
  { name: 'sampled', values: [12, 250, 31, 0, 9000], weights: [1, 10, 100, 3, 1_000_000] },
  {
    name: 'sampled and failed',
    values: [5, 5, 800],
    weights: [20, 1, 7],
    failed: [1, 2],
  },
  { name: 'layout shift', values: [0, 0.0001, 0.05, 0.1, 0.25, 0.9].map((shift) => shift * cls) },
  { name: 'many', values: [10, 20], weights: [499_999_999_999, 500_000_000_000] },
]

export const mergeInputs: { name: string; parts: string[] }[] = [
  { name: 'nothing and something', parts: ['nothing', 'one to a hundred'] },
  { name: 'something and nothing', parts: ['one to a hundred', 'nothing'] },
  { name: 'far apart', parts: ['too small to tell apart', 'too large to tell apart'] },
  { name: 'three in a row', parts: ['web page', 'edge function', 'statement'] },
  { name: 'three the other way round', parts: ['statement', 'edge function', 'web page'] },
  { name: 'twice the same', parts: ['sampled', 'sampled'] },
  { name: 'zeros and values', parts: ['zero', 'zeros below the median', 'one'] },
]

export function fill(input: SketchInput): Sketch {
  const sketch = createSketch()
  input.values.forEach((value, k) => {
    add(sketch, value, input.weights?.[k] ?? 1, input.failed?.includes(k) ?? false)
  })
  return sketch
}

/** Log-normal around a median, to three decimals, with a tail: every 50th value is ten times it. */
function logNormal(length: number, median: number, spread: number): number[] {
  return Array.from({ length }, (_, k) => {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
    const value = median * Math.exp(spread * normal) * (k % 50 === 49 ? 10 : 1)
    return Math.round(value * 1000) / 1000
  })
}

/** Mulberry32: 32 bits of state, the same sequence everywhere. */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
