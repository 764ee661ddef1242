import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { falseAlarms, foundRises } from '../../../test/fixtures/false-alarms.ts'
import { callsShift, type HistoryPoint, meanShift, rowsShift } from './index.ts'

const quarter = 900_000
const hour = 4 * quarter
const day = 24 * hour
const start = Date.parse('2026-11-01T00:00:00Z')
const options = { ratio: 2, minCalls: 30 }

/** Quarters of an hour, told by what a point is at its place. */
function history(
  quarters: number,
  given: (i: number) => Partial<{ calls: number; mean: number; rows: number }>,
): HistoryPoint[] {
  return Array.from({ length: quarters }, (_, i) => {
    const { calls = 20, mean = 10, rows = 1 } = given(i)
    return {
      at: start + i * quarter,
      width: quarter,
      calls,
      totalMs: calls * mean,
      rows: calls * rows,
    }
  })
}

/** Some percent to and fro, the same each time. */
function jitter(i: number): number {
  return 1 + (((i * 7_919) % 13) - 6) / 100
}

describe('a lasting rise', () => {
  test('is found where it began, by whatever factor from the asked one on', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 24, max: 180 }),
        fc.double({ min: 2.3, max: 100, noNaN: true }),
        (at, factor) => {
          const points = history(192, (i) => ({ mean: 10 * jitter(i) * (i < at ? 1 : factor) }))
          const shift = meanShift(points, options)
          assert.equal(shift?.at, start + at * quarter)
          assert.equal(shift.after, start + (at - 1) * quarter)
          assert.ok(Math.abs(shift.now / shift.before / factor - 1) < 0.1)
        },
      ),
      { numRuns: 60 },
    )
  })

  test('needs the ratio, the calls and an hour', () => {
    const rise = (factor: number, at: number, calls = 20): unknown =>
      meanShift(
        history(192, (i) => ({ calls, mean: 10 * jitter(i) * (i < at ? 1 : factor) })),
        options,
      )
    assert.equal(rise(1.8, 100), null)
    assert.notEqual(rise(2.3, 100), null)
    assert.equal(rise(5, 190), null)
    assert.notEqual(rise(5, 184), null)
    // Four calls a quarter: 30 of them take two hours.
    assert.equal(rise(5, 185, 4), null)
  })

  test('that is over, falls or is a burst is none', () => {
    const over = history(192, (i) => ({ mean: jitter(i) * (i >= 100 && i < 170 ? 50 : 10) }))
    assert.equal(meanShift(over, options), null)
    const falls = history(192, (i) => ({ mean: jitter(i) * (i < 100 ? 50 : 10) }))
    assert.equal(meanShift(falls, options), null)
    // One call of a minute in a quarter makes its mean three seconds.
    const outliers = history(192, (i) => ({ mean: jitter(i) * (i % 9 === 0 ? 3_000 : 10) }))
    assert.equal(meanShift(outliers, options), null)
  })

  test('must stand out from the noise', () => {
    const noisy = (spread: number) => (i: number) => {
      const noise = ((i * 37) % 100) / 50 - 1
      return { mean: 10 * Math.exp(i < 184 ? spread * noise : 1.2) }
    }
    assert.equal(meanShift(history(192, noisy(1)), options), null)
    assert.equal(meanShift(history(192, noisy(0.3)), options)?.at, start + 184 * quarter)
  })

  test('of calls and of rows is found likewise', () => {
    const at = 8 * 96 - 30
    const calls = history(8 * 96, (i) => ({ calls: Math.round(50 * jitter(i)) * (i < at ? 1 : 4) }))
    assert.equal(callsShift(calls, { ratio: 3, minCalls: 30 })?.at, start + at * quarter)
    const rows = history(192, (i) => ({ rows: 10 * jitter(i) * (i < 100 ? 1 : 5) }))
    const found = rowsShift(rows, { ratio: 3, minCalls: 30 })
    assert.equal(found?.at, start + 100 * quarter)
    assert.ok(Math.abs((found?.now ?? 0) - 50) < 5)
  })
})

describe('what is usual', () => {
  const busy = (i: number): boolean => i % 96 >= 32 && i % 96 < 72

  test('at these hours is no rise, and what is not usual is', () => {
    const daily = (i: number): number => (busy(i) ? 80 : 10) * jitter(i)
    const at = 9 * 96 + 44
    const points = history(at, (i) => ({ mean: daily(i) }))
    assert.equal(meanShift(points, options), null)
    const slower = history(at, (i) => ({ mean: daily(i) * (i < at - 8 ? 1 : 3) }))
    const shift = meanShift(slower, options)
    assert.equal(shift?.baseline, 'same_hour')
    assert.equal(shift.at, start + (at - 8) * quarter)
  })

  test('is not known in the first days: a slow swing is no rise then, a step is', () => {
    const swing = (i: number): number => 30 - 20 * Math.cos((i / 48) * Math.PI)
    assert.equal(
      meanShift(
        history(64, (i) => ({ mean: swing(i) })),
        options,
      ),
      null,
    )
    const step = (i: number): number => (i < 30 ? 14 : 45) * jitter(i)
    assert.equal(
      meanShift(
        history(64, (i) => ({ mean: step(i) })),
        options,
      )?.baseline,
      'before',
    )
  })

  test('is needed to call more calls a surge', () => {
    const morning = history(64, (i) => ({ calls: Math.round((i < 30 ? 20 : 200) * jitter(i)) }))
    assert.equal(callsShift(morning, options), null)
  })

  test('includes quiet weekends: a Monday is no surge', () => {
    const load = (i: number): number => (Math.floor(i / 96) % 7 < 5 ? 100 : 20)
    // The first of the days is a Sunday.
    const points = history(15 * 96 + 50, (i) => ({
      calls: Math.round(load(i + 6 * 96) * jitter(i)),
    }))
    assert.equal(callsShift(points, { ratio: 3, minCalls: 30 }), null)
  })
})

test('takes any history, however odd', () => {
  const amount = fc.oneof(fc.nat(50), fc.double({ min: 0, max: 1e12, noNaN: true }))
  const point = fc.record({
    gap: fc.nat(5 * day),
    width: fc.integer({ min: 1, max: day }),
    calls: fc.nat(1_000),
    totalMs: amount,
    rows: amount,
  })
  fc.assert(
    fc.property(fc.array(point, { maxLength: 60 }), (points) => {
      let at = start
      const odd = points.map(({ gap, ...one }) => {
        at += gap
        const placed = { at, ...one }
        at += one.width
        return placed
      })
      for (const shiftOf of [meanShift, callsShift, rowsShift]) {
        const shift = shiftOf(odd, options)
        if (shift === null) continue
        assert.ok(Object.values(shift).every((value) => !Number.isNaN(value)))
        assert.ok(shift.now >= 1.9 * shift.before && shift.at >= shift.after)
      }
    }),
  )
})

/** docs/regressions.md states the figures of the bench, which looks at more. */
test('hardly ever raises a false alarm in realistic noise, and finds what rises', () => {
  const quiet = falseAlarms({ seeds: [201, 206], fromDay: 8, toDay: 22, everyHours: 12 })
  assert.ok(quiet.statementWeeks >= 12)
  assert.deepEqual(quiet.alarms, { mean: 0, calls: 0, rows: 0 })
  const found = foundRises({ seeds: [301, 306], factor: 4, withinHours: 12 })
  assert.equal(found.found, found.of)
})
