import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cleanLine, cleanLines } from './clean-text.ts'

test('leaves nothing for a terminal to obey', () => {
  assert.equal(cleanLine(' a\u001b[31mb\0c\u009b2Jd\r\n\te '), 'a [31mb c 2Jd e')
  assert.equal(cleanLine('a\u202eb\u200bc\u2066d\ufeff'), 'abcd')
  assert.equal(cleanLine('\ud800'), '\ufffd')
  assert.equal(cleanLine(`e${'\u0301'.repeat(90)}`), 'e\u0301\u0301')
  assert.equal(cleanLine('abcdef', 4), 'abc…')
})

test('keeps line feeds where lines are wanted', () => {
  assert.equal(cleanLines('a\r\nb\rc\n\td\u2028e\u0007'), 'a\nb\nc\n  d\ne ')
})
