import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { timed, windowStatement } from '../../../test/fixtures/watched-window.ts'
import { only, windowFacts } from '../../../test/fixtures/window-facts.ts'
import type { Finding } from '../../finding.ts'
import { findRise } from './change-point.ts'
import { regressedStatement } from './regressed-statement.ts'

type Figures = [calls: number, mean: number, stddev: number]

function against(before: Figures, now: Figures): Finding[] {
  const statements = [windowStatement(timed(...now))]
  const previous = { from: '', to: '', statements: [windowStatement(timed(...before))] }
  return regressedStatement(windowFacts({ statements, previous, series: [] }))
}

test('reports a mean that doubled and grew by ten milliseconds', () => {
  const finding = only(against([100, 10, 2], [100, 20, 2]))
  assert.deepEqual([finding.evidence.ratio, finding.evidence.extra_ms], [2, 1_000])
  assert.match(finding.detail, /10 ms → 20 ms a call \(×2\)/)
  assert.deepEqual(against([100, 10, 2], [100, 19.9, 2]), [])
  assert.deepEqual(against([100, 1, 0.2], [100, 10.9, 2]), [])
})

test('needs enough calls on both sides', () => {
  assert.deepEqual(against([29, 10, 0], [100, 40, 0]), [])
  assert.deepEqual(against([100, 10, 0], [29, 40, 0]), [])
  assert.equal(against([30, 10, 0], [30, 40, 0]).length, 1)
})

test('takes no noise for a change', () => {
  // Three standard errors: 3 · √(σ²/n₁ + σ²/n₂)
  assert.deepEqual(against([50, 10, 30], [50, 28, 30]), [])
  assert.equal(against([50, 10, 30], [50, 28.1, 30]).length, 1)
})

function bucketed(means: readonly number[], stddev: number, calls = 50): Finding[] {
  const mean = means.reduce((sum, one) => sum + one, 0) / means.length
  const spread = means.reduce((sum, one) => sum + (one - mean) ** 2, 0) / means.length
  const total = timed(calls * means.length, mean, Math.sqrt(spread + stddev ** 2))
  const series = means.map((one, i) => ({
    queryid: '1',
    role: 'authenticated',
    toplevel: true,
    at: new Date(Date.UTC(2026, 10, 23, 2, 5 * i)).toISOString(),
    calls,
    totalMs: calls * one,
  }))
  const statements = [windowStatement(total)]
  return regressedStatement(windowFacts({ statements, previous: null, series }))
}

test('finds a rise within the window, and when', () => {
  const finding = only(bucketed([3, 3, 4, 3, 40, 42, 39, 41], 5))
  assert.equal(finding.evidence.regressed_at, '2026-11-23T02:20:00.000Z')
  assert.match(finding.detail, /at about 2026-11-23 02:20 UTC: 3\.3 ms → 40\.5 ms/)
  assert.deepEqual(bucketed([40, 42, 39, 41, 3, 3, 4, 3], 5), [])
  assert.deepEqual(bucketed([3, 3, 4, 3, 40, 42, 39, 41], 200), [])
  assert.deepEqual(bucketed([3, 40], 1, 29), [])
})

test('prefers a clear rise to a larger one that rests on a few calls', () => {
  const totals = [0, 10, 10, 10, 10, 20, 20, 20, 20]
  const series = totals.map((mean, i) => ({ at: String(i), calls: 30, total_ms: 30 * mean }))
  assert.equal(findRise(series, 30)?.at, '5')
})

test('splits a series where its mean rises most clearly', () => {
  const steps = fc.record({
    before: fc.integer({ min: 1, max: 20 }),
    after: fc.integer({ min: 1, max: 20 }),
    low: fc.double({ min: 1, max: 10, noNaN: true }),
    rise: fc.double({ min: 1, max: 100, noNaN: true }),
  })
  fc.assert(
    fc.property(steps, ({ before, after, low, rise }) => {
      const series = Array.from({ length: before + after }, (_, i) => ({
        at: String(i),
        calls: 30,
        total_ms: 30 * (i < before ? low : low + rise),
      }))
      assert.equal(findRise(series, 30)?.at, String(before))
    }),
  )
})
