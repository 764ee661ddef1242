import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { explainable } from './explainable.ts'

test('takes one whole statement that is planned, without what is around it', () => {
  const taken = {
    'select 1': 'select 1',
    ' /* a */ select a from b; -- c': 'select a from b',
    'UPDATE t SET a = $1': 'UPDATE t SET a = $1',
    'with x as (select $1) select * from x': 'with x as (select $1) select * from x',
    'select \';\' || $$;--$$, ";"': 'select \';\' || $$;--$$, ";"',
    'select now() - interval $1, date $2': 'select now() - ($1::interval), ($2::date)',
    'select a.date, $1': 'select a.date, $1',
  }
  for (const [text, expected] of Object.entries(taken)) assert.equal(explainable(text), expected)
})

test('refuses what would do something else, or is not whole', () => {
  const refused = [
    '',
    ';',
    'select 1; drop table t',
    "select '\\'; drop table t; --'; select 2",
    'create table t (a int)',
    'explain select 1',
    'prepare x as select 1',
    'do $$ begin end $$',
    "select 'cut off",
    'select $$cut off',
    'select "cut off',
    'select (1',
    'select 1)',
    "select '…'",
    'select a from …',
    'select 1 /* cut off',
  ]
  for (const text of refused) {
    const result = explainable(text)
    // A comment that is cut off hides nothing: it is left out.
    if (text.includes('/*')) assert.equal(result, 'select 1')
    else assert.equal(result, null, text)
  }
})

test('never yields a text with a second statement, whatever it is given', () => {
  const parts = fc.constantFrom(
    "'",
    '"',
    '$$',
    '$a$',
    ';',
    '--',
    '/*',
    '*/',
    '\\',
    'E',
    ' ',
    'select',
    '(',
    ')',
    '\n',
    'x',
  )
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 25 }), (rest) => {
      const result = explainable(`select ${rest.join('')}`)
      if (result === null) return
      // Strings, names and comments aside, no semicolon is left.
      const bare = result
        .replace(/[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"/gs, '')
        .replace(/(\$\w*\$).*?\1/gs, '')
      if (!/--|\/\*|\$/.test(bare)) assert.ok(!bare.includes(';'), result)
    }),
    { numRuns: 500 },
  )
})
