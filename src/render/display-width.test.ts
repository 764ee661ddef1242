import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fit, pad, widthOf, wrap } from './display-width.ts'

test('counts columns as a terminal does', () => {
  const cases: [string, number][] = [
    ['abc', 3],
    ['é', 1],
    ['e\u0301', 1],
    ['表示', 4],
    ['한글', 4],
    ['ｆ', 2],
    ['🙂', 2],
    ['×…–', 3],
    ['', 0],
  ]
  for (const [line, width] of cases) assert.equal(widthOf(line), width, line)
})

test('cuts without splitting a wide character, and shows the cut once', () => {
  assert.equal(fit('表示する', 8), '表示する')
  assert.equal(fit('表示する', 7), '表示す…')
  assert.equal(fit('表示する', 6), '表示…')
  assert.equal(fit('search=wfts.…&limit', 14), 'search=wfts.…')
  assert.equal(fit('abc', 0), '')
  assert.equal(pad('表', 4, 'right'), '  表')
})

test('wraps to a width, losing nothing but spaces', () => {
  assert.deepEqual(wrap('aa bb cccccc d', 5), ['aa bb', 'ccccc', 'c d'])
  assert.deepEqual(wrap('', 5), [''])
  const line = fc.string({ unit: fc.constantFrom('a', ' ', '表', '🙂', 'e\u0301') })
  fc.assert(
    fc.property(line, fc.integer({ min: 2, max: 20 }), (text, width) => {
      const parts = wrap(text, width)
      assert.ok(parts.every((part) => widthOf(part) <= width))
      assert.equal(parts.join('').replaceAll(' ', ''), text.replaceAll(' ', ''))
      assert.ok(widthOf(fit(text, width)) <= width)
      assert.equal(widthOf(pad(text, width)), width)
    }),
  )
})
