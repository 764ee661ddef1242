import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { retryAfterMs } from './retry-after.ts'

const now = Date.parse('2026-11-23T02:30:00Z')

test('understands seconds, fractions and HTTP dates, and bounds them', () => {
  const cases: [string | null, number | null][] = [
    ['0', 0],
    ['7', 7_000],
    ['0.35', 350],
    [' 12 ', 12_000],
    ['999999', 3_600_000],
    ['Mon, 23 Nov 2026 02:30:30 GMT', 30_000],
    ['Mon, 23 Nov 2026 02:29:00 GMT', 0],
    ['Tue, 24 Nov 2026 02:30:00 GMT', 3_600_000],
    [null, null],
    ['', null],
    ['soon', null],
  ]
  for (const [header, expected] of cases)
    assert.equal(retryAfterMs(header, now), expected, header ?? '')
})

test('never asks for a wait that is none', () => {
  fc.assert(
    fc.property(fc.string(), (header) => {
      const ms = retryAfterMs(header, now)
      assert.ok(ms === null || (ms >= 0 && ms <= 3_600_000), `${ms}`)
    }),
  )
})
