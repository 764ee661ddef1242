import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  ALPHA,
  add,
  binOf,
  binValue,
  createSketch,
  fromCounts,
  GAMMA,
  MAX_BIN,
  MAX_VALUE,
  MIN_BIN,
  MIN_VALUE,
  merge,
  quantile,
  type Sketch,
  toCounts,
  upperBorder,
} from './sketch.ts'
import { limits } from './wire.ts'

/** Any positive double that a sketch can tell apart, small ones as likely as large ones. */
const value = fc.oneof(
  fc.double({ min: MIN_VALUE, max: MAX_VALUE, noNaN: true }),
  fc.double({ min: -3, max: 9, noNaN: true }).map((power) => within(10 ** power)),
  fc.integer({ min: MIN_BIN, max: MAX_BIN - 1 }).map((bin) => within(upperBorder(bin))),
)
const weight = fc.oneof(fc.constant(1), fc.integer({ min: 1, max: limits.weight }))
const q = fc.double({ min: 0, max: 1, noNaN: true })
const event = fc.record({
  value: fc.oneof(value, fc.constant(0), fc.double({ noNaN: true })),
  weight,
  failed: fc.boolean(),
})

test('a quantile is within the promised error of the exact one', () => {
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 300 }), q, (values, q) => {
      const exact = percentileDisc(values, q)
      const estimate = quantile(sketchOf(values), q) ?? Number.NaN
      const error = Math.abs(estimate - exact) / exact
      assert.ok(error <= ALPHA + 1e-12, `${estimate} for ${exact}: ${error}`)
    }),
    { numRuns: 2000 },
  )
})

test('the bins leave no gap, and each stands for all of its values', () => {
  assert.equal(binOf(MIN_VALUE), MIN_BIN)
  assert.equal(binOf(MAX_VALUE), MAX_BIN)
  assert.equal(MIN_BIN, limits.minBin)
  assert.equal(MAX_BIN, limits.maxBin)
  for (let bin = MIN_BIN; bin <= MAX_BIN; bin++) {
    const [low, high] = [upperBorder(bin - 1), upperBorder(bin)]
    assert.ok(Math.abs(high / low / GAMMA - 1) < 1e-15)
    assert.ok(Math.abs(high / GAMMA ** bin - 1) < 1e-12, 'rounding has not added up')
    assert.ok(binValue(bin) / low - 1 <= ALPHA + 1e-15)
    assert.ok(1 - binValue(bin) / high <= ALPHA + 1e-15)
    if (bin > MIN_BIN) assert.equal(binOf(low), bin, 'a lower border belongs to its bin')
  }
})

test('merging in any order and grouping gives the same sketch', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), fc.nat(), (events, seed) => {
      const whole = createSketch()
      for (const { value, weight, failed } of events) add(whole, value, weight, failed)
      const parts = events.map(({ value, weight, failed }) => {
        const part = createSketch()
        add(part, value, weight, failed)
        return part
      })
      assertSame(mergeAtRandom(parts, seed), whole)
    }),
    { numRuns: 500 },
  )
})

test('merging leaves what is merged as it was', () => {
  const [one, other] = [sketchOf([1, 2]), sketchOf([2, 3])]
  const before = structuredClone(other)
  merge(one, other)
  add(one, 7)
  assert.deepEqual(other, before)
})

test('a weight counts as so many events', () => {
  fc.assert(
    fc.property(value, fc.integer({ min: 1, max: 50 }), fc.boolean(), (value, weight, failed) => {
      const [weighted, repeated] = [createSketch(), createSketch()]
      add(weighted, value, weight, failed)
      for (let k = 0; k < weight; k++) add(repeated, value, 1, failed)
      assertSame(weighted, repeated)
    }),
  )
})

test('counts survive the wire', () => {
  fc.assert(
    fc.property(fc.array(event, { minLength: 1 }), (events) => {
      const sketch = createSketch()
      for (const { value, weight, failed } of events) add(sketch, value, weight, failed)
      const counts = JSON.parse(JSON.stringify(toCounts(sketch)))
      assertSame(fromCounts(counts), sketch)
      assert.deepEqual(
        counts.i,
        counts.i.toSorted((a: number, b: number) => a - b),
      )
    }),
  )
})

test('the extreme quantiles are exact', () => {
  fc.assert(
    fc.property(fc.array(value, { minLength: 1 }), (values) => {
      const sketch = sketchOf(values)
      assert.ok((quantile(sketch, 0) ?? 0) >= Math.min(...values))
      assert.ok((quantile(sketch, 1) ?? 0) <= Math.max(...values))
    }),
  )
  assert.equal(quantile(sketchOf([41.5]), 0.5), 41.5)
})

test('an empty sketch has no quantile', () => {
  assert.equal(quantile(createSketch(), 0.5), null)
})

test('NaN is left out', () => {
  assert.deepEqual(sketchOf([Number.NaN]), createSketch())
})

test('zeros lie below all bins', () => {
  const sketch = sketchOf([0, -4, 0, 8, 8])
  assert.deepEqual(
    [0.25, 0.6, 0.61].map((q) => quantile(sketch, q)),
    [0, 0, binValue(binOf(8))],
  )
})

function within(value: number): number {
  return Math.min(Math.max(value, MIN_VALUE), MAX_VALUE)
}

function sketchOf(values: number[]): Sketch {
  const sketch = createSketch()
  for (const value of values) add(sketch, value)
  return sketch
}

/** Postgres' percentile_disc. */
function percentileDisc(values: number[], q: number): number {
  const rank = Math.max(1, Math.ceil(q * values.length))
  return values.toSorted((a, b) => a - b)[rank - 1] ?? Number.NaN
}

/** Merges two sketches picked at random until one is left. */
function mergeAtRandom(parts: Sketch[], seed: number): Sketch {
  const left = [...parts]
  let state = seed
  const pick = (): Sketch => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return left.splice(state % left.length, 1)[0] ?? createSketch()
  }
  while (left.length > 1) {
    const sketch = pick()
    merge(sketch, pick())
    left.push(sketch)
  }
  return left[0] ?? createSketch()
}

/** A sum of doubles depends on the order in its last digits; all else is exact. */
function assertSame(actual: Sketch, expected: Sketch): void {
  const { sum: actualSum, bins: actualBins, ...actualRest } = actual
  const { sum: expectedSum, bins: expectedBins, ...expectedRest } = expected
  assert.deepEqual(actualRest, expectedRest)
  assert.deepEqual(
    new Map([...actualBins].sort(([a], [b]) => a - b)),
    new Map([...expectedBins].sort(([a], [b]) => a - b)),
  )
  assert.ok(Math.abs(actualSum - expectedSum) <= 1e-12 * Math.abs(expectedSum))
}
