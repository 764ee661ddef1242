import assert from 'node:assert/strict'
import { it } from 'node:test'
import fc from 'fast-check'
import { retryDelayMs } from './retry-delay.ts'

it('waits from a half to the whole of 2 s, 4 s, 8 s … 60 s', () => {
  assert.deepEqual(
    [1, 2, 3, 4, 5, 6, 7, 1000].map((attempt) => retryDelayMs(attempt, 0)),
    [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000],
  )
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (attempt, random) => {
        const least = retryDelayMs(attempt, 0)
        const delay = retryDelayMs(attempt, random)
        assert.ok(delay >= least && delay <= 2 * least)
        assert.ok(retryDelayMs(attempt + 1, random) >= delay)
      },
    ),
  )
})
