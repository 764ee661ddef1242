import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { quoteIdentifier, quoteLiteral } from './quote.ts'
import { parseSql } from './syntax/index.ts'

/** The server's names and texts hold no NUL, and only whole characters; names end after 63 bytes. */
const texts = fc
  .string({ unit: 'binary', maxLength: 15 })
  .map((text) => text.replaceAll('\0', '').toWellFormed())
const odd = fc
  .array(fc.constantFrom('a', '"', "'", '\\', '\n', '\r', '\t', '\u202e', '\u{e0001}', ' '))
  .map((parts) => parts.join(''))

function readBack(sql: string): unknown {
  const parsed = parseSql(`select ${sql}`)
  assert.ok(parsed.ok, sql)
  assert.equal(parsed.statements.length, 1)
  const text = JSON.stringify(parsed.statements[0]?.tree)
  const [, value = '""'] = /"sval":("(?:[^"\\]|\\.)*")/.exec(text) ?? []
  return JSON.parse(value)
}

test('what is quoted is read as it was, and holds no line end', () => {
  fc.assert(
    fc.property(fc.oneof(texts, odd), (text) => {
      if (text !== '') assert.equal(readBack(quoteIdentifier(text)), text)
      assert.equal(readBack(quoteLiteral(text)), text)
      assert.doesNotMatch(quoteIdentifier(text) + quoteLiteral(text), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
    }),
    { numRuns: 1000 },
  )
})

test('a name in a comment of a remedy stays in it', () => {
  assert.equal(quoteIdentifier('a\n; drop table t; --'), 'U&"a\\000a; drop table t; --"')
  assert.equal(quoteIdentifier('Order items'), '"Order items"')
  assert.equal(quoteIdentifier('user'), '"user"')
  assert.equal(quoteIdentifier('orders'), 'orders')
  assert.equal(quoteLiteral("it's"), "'it''s'")
})
