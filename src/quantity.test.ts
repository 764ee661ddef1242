import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatBytes, formatCount, formatMs, formatRatio, formatShare } from './quantity.ts'

test('writes durations in the unit that fits', () => {
  const cases: [number, string][] = [
    [0, '0 ms'],
    [0.004, '0 ms'],
    [0.0344, '0.03 ms'],
    [3.44, '3.4 ms'],
    [34.4, '34.4 ms'],
    [344, '344 ms'],
    [999.9, '1 s'],
    [1234, '1.2 s'],
    [59_990, '1 min'],
    [90_000, '1.5 min'],
    [3_599_000, '1 h'],
    [5_400_000, '1.5 h'],
    [864_000_000, '10 d'],
    [Number.NaN, '–'],
  ]
  for (const [ms, expected] of cases) assert.equal(formatMs(ms), expected)
})

test('writes counts, bytes, shares and ratios', () => {
  assert.equal(formatCount(999), '999')
  assert.equal(formatCount(999_900), '1 M')
  assert.equal(formatCount(12_400), '12.4 k')
  assert.equal(formatCount(0.25), '0.3')
  assert.equal(formatBytes(8192), '8 kB')
  assert.equal(formatBytes(3.1 * 1024 ** 3), '3.1 GB')
  assert.equal(formatShare(0.234), '23.4 %')
  assert.equal(formatShare(0.0001), '<0.1 %')
  assert.equal(formatShare(0.9999), '>99 %')
  assert.equal(formatShare(1), '100 %')
  assert.equal(formatRatio(2.44), '×2.4')
  assert.equal(formatRatio(Number.POSITIVE_INFINITY), '–')
})

test('never writes what is not a number, nor more than nine characters below 10^17', () => {
  const numbers = fc.double({ min: -1e17, max: 1e17 })
  for (const format of [formatMs, formatCount, formatBytes]) {
    fc.assert(
      fc.property(numbers, (value) => {
        const text = format(value)
        assert.doesNotMatch(text, /NaN|Infinity|e\+/)
        if (format !== formatMs) assert.ok(text.length <= 9, text)
      }),
    )
  }
  for (const format of [formatMs, formatCount, formatBytes, formatShare, formatRatio]) {
    fc.assert(fc.property(fc.double(), (value) => !/NaN|Infinity/.test(format(value))))
  }
  assert.equal(formatShare(Number.MAX_VALUE), '–')
})
