import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { sqlTokens } from './sql-tokens.ts'

function tokens(sql: string): [string, string][] {
  return Array.from(sqlTokens(sql), (t) => [t.kind, sql.slice(t.start, t.end)])
}

test('splits a statement as PostgreSQL does', () => {
  assert.deepEqual(tokens('select "a""b".c, $1::text from t where x->>$2 <= 1.5e-3;'), [
    ['word', 'select'],
    ['quoted', '"a""b"'],
    ['punctuation', '.'],
    ['word', 'c'],
    ['punctuation', ','],
    ['parameter', '$1'],
    ['operator', '::'],
    ['word', 'text'],
    ['word', 'from'],
    ['word', 't'],
    ['word', 'where'],
    ['word', 'x'],
    ['operator', '->>'],
    ['parameter', '$2'],
    ['operator', '<='],
    ['number', '1.5e-3'],
    ['punctuation', ';'],
  ])
})

test('keeps each form of string whole', () => {
  for (const string of [
    "'it''s'",
    "'back\\'",
    "E'it\\'s'",
    "b'01'",
    "X'ff'",
    "U&'\\0041'",
    '$$a;b$$',
    "$fn$ select '$$' $fn$",
  ]) {
    assert.deepEqual(tokens(`${string} x`), [
      ['string', string],
      ['word', 'x'],
    ])
  }
})

test('keeps comments whole, nested ones too, also where they end an operator', () => {
  assert.deepEqual(tokens('a /* b /* c */ d */ +-- e\nf'), [
    ['word', 'a'],
    ['comment', '/* b /* c */ d */'],
    ['operator', '+'],
    ['comment', '-- e'],
    ['word', 'f'],
  ])
})

test('lets what is not terminated reach the end', () => {
  for (const open of ["'a b", '"a b', '$x$ a b', '/* a /* b */ c', "E'a\\"]) {
    assert.equal(tokens(open).length, 1)
  }
})

test('covers any text in order, without overlap and without throwing', () => {
  const noise = fc.array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom("'", '"', '$$', '$a$', '/*', '*/', '--', '\n', 'E', 'U&', '(', '\0', '$1'),
    ),
  )
  fc.assert(
    fc.property(noise, (parts) => {
      const sql = parts.join('')
      let end = 0
      for (const token of sqlTokens(sql)) {
        assert.ok(token.start >= end && token.end > token.start)
        assert.match(sql.slice(end, token.start), /^[ \t-\r]*$/)
        end = token.end
      }
      assert.match(sql.slice(end), /^[ \t-\r]*$/)
    }),
  )
})
