import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { lifetimeM2, type Moments, mergeMoments, stddevMs, subtractMoments } from './moments.ts'

const times = fc.array(fc.double({ min: 0.001, max: 60_000, noNaN: true }), { minLength: 1 })

function momentsOf(values: readonly number[]): Moments {
  const totalMs = values.reduce((sum, value) => sum + value, 0)
  const mean = totalMs / values.length
  const m2 = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { calls: values.length, totalMs, m2 }
}

/** Rounding goes with the squares that are added up, not with what is left of them. */
function assertClose(actual: Moments, expected: Moments, values: readonly number[]): void {
  const scale = values.reduce((sum, value) => sum + value * value, 1)
  assert.equal(actual.calls, expected.calls)
  assert.ok(Math.abs(actual.totalMs - expected.totalMs) <= 1e-9 * scale)
  assert.ok(Math.abs(actual.m2 - expected.m2) <= 1e-9 * scale, `${actual.m2} ${expected.m2}`)
}

test('merging any split gives the moments of the whole', () => {
  fc.assert(
    fc.property(times, times, times, (a, b, c) => {
      const all = [...a, ...b, ...c]
      const left = mergeMoments(mergeMoments(momentsOf(a), momentsOf(b)), momentsOf(c))
      const right = mergeMoments(momentsOf(a), mergeMoments(momentsOf(b), momentsOf(c)))
      assertClose(left, momentsOf(all), all)
      assertClose(right, momentsOf(all), all)
    }),
  )
})

test('subtracting takes back what merging added', () => {
  fc.assert(
    fc.property(times, times, (a, b) => {
      const whole = momentsOf([...a, ...b])
      assertClose(subtractMoments(whole, momentsOf(a)), momentsOf(b), [...a, ...b])
    }),
  )
})

test('rounding never makes a spread negative, and one call has none', () => {
  const rest = subtractMoments(
    { calls: 3, totalMs: 30, m2: 0 },
    { calls: 1, totalMs: 10, m2: 1e-9 },
  )
  assert.equal(rest.m2, 0)
  assert.equal(subtractMoments(momentsOf([1, 5, 9]), momentsOf([1, 5])).m2, 0)
})

test('nothing merged with something is something', () => {
  const nothing = { calls: 0, totalMs: 0, m2: 0 }
  assert.deepEqual(mergeMoments(nothing, momentsOf([2, 4])), { calls: 2, totalMs: 6, m2: 2 })
  assert.equal(stddevMs(nothing), 0)
})

test('the deviation that the server keeps gives the spread, and back', () => {
  assert.equal(lifetimeM2({ calls: 4, stddevMs: 3 }), 36)
  assert.equal(stddevMs({ calls: 4, totalMs: 1, m2: 36 }), 3)
  assert.equal(lifetimeM2({ calls: 1, stddevMs: 3 }), 0)
})
