import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { sqlTokens } from '../analyze/sql-tokens.ts'
import { widthOf } from './display-width.ts'
import { wrapSql } from './wrap-sql.ts'

const piece = fc.oneof(
  fc.stringMatching(/^[a-z_]{1,30}$/),
  fc.stringMatching(/^[a-z ;-]{0,20}$/).map((text) => `'it''s ${text}'`),
  fc.stringMatching(/^[a-z '-]{0,20}$/).map((text) => `"${text}""x"`),
  fc.stringMatching(/^[a-z; -]{0,20}$/).map((text) => `E'it\\'s ${text}\\\\'`),
  fc.stringMatching(/^[a-z; \n'-]{0,30}$/).map((text) => `$do$ ${text} $do$`),
  fc.stringMatching(/^[a-z' ]{0,60}$/).map((text) => `-- ${text}\n`),
  fc.constantFrom(';', ';\n', '(', ')', ',', '=', '->>', '/* a b */', '$1', '/', '-', '\n'),
  fc.constantFrom('lower("A b")', "'a b'::text", 'public."A b"(a,b)', "date'2026 01'"),
)
const someSql = fc
  .array(fc.tuple(piece, fc.constantFrom(' ', '  ', '\n  ')), { maxLength: 30 })
  .map((pieces) => pieces.flat().join(''))
const width = fc.integer({ min: 20, max: 100 })

/** What the server reads of it: everything but white space and comments. */
function meaningOf(sql: string): string[] {
  return [...sqlTokens(sql)]
    .filter(({ kind }) => kind !== 'comment')
    .map(({ start, end }) => sql.slice(start, end))
}

test('broken SQL is the same SQL', () => {
  fc.assert(
    fc.property(someSql, width, (sql, most) => {
      assert.deepEqual(meaningOf(wrapSql(sql, most).join('\n')), meaningOf(sql))
    }),
    { numRuns: 2000 },
  )
})

test('only what has no space outside quotes is wider than asked for', () => {
  fc.assert(
    fc.property(someSql, width, (sql, most) => {
      if (sql.includes('$do$')) return
      for (const line of wrapSql(sql, most)) {
        if (widthOf(line) <= most) continue
        const tokens = [...sqlTokens(line.trim())]
        const hasGap = tokens.some(({ start }, i) => i > 0 && start > (tokens[i - 1]?.end ?? 0))
        assert.ok(!hasGap, `${widthOf(line)} columns: ${line}`)
      }
    }),
    { numRuns: 2000 },
  )
})

test('a comment stays a comment, and hangs below its number', () => {
  const sql = `select 1; -- then, if it is still wanted
-- 1. write a function that returns all ids for which it holds
select 2;`
  assert.deepEqual(wrapSql(sql, 32), [
    'select 1;',
    '-- then, if it is still wanted',
    '-- 1. write a function that',
    '--    returns all ids for which',
    '--    it holds',
    'select 2;',
  ])
})
