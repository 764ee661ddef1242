import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import fc from 'fast-check'
import { anyCheck } from '../../../test/fixtures/any-check.ts'
import { assertFits } from '../../../test/fixtures/assert-fits.ts'
import { checkedDatabase } from '../../../test/fixtures/checked-database.ts'
import { assertGolden } from '../../../test/fixtures/golden.ts'
import { cleanLines } from '../clean-text.ts'
import { renderCheck } from './render-check.ts'

test('looks as agreed', () => {
  for (const width of [80, 120]) {
    assertGolden(`check-${width}.txt`, renderCheck(checkedDatabase(), 'text', { width }))
  }
  assertGolden('check.md', renderCheck(checkedDatabase(), 'markdown'))
  const nothing = checkedDatabase({ findings: [], skipped: [] })
  assertGolden('check-nothing.txt', renderCheck(nothing, 'text', { width: 80 }))
})

test('colours only if told, and never changes the text by it', () => {
  const plain = renderCheck(checkedDatabase(), 'text')
  const coloured = renderCheck(checkedDatabase(), 'text', { color: true })
  assert.ok(!plain.includes('\u001b'))
  assert.ok(coloured.includes('\u001b[31m'))
  assert.equal(stripVTControlCharacters(coloured), plain)
})

test('JSON is the check as it is', () => {
  assert.deepEqual(JSON.parse(renderCheck(checkedDatabase(), 'json')), checkedDatabase())
})

test('fits any terminal and obeys nothing, whatever the database holds', () => {
  fc.assert(
    fc.property(anyCheck, fc.integer({ min: 40, max: 300 }), (report, width) => {
      const text = renderCheck(report, 'text', { width })
      const remedies = report.findings.map(({ remediation }) => cleanLines(remediation))
      for (const line of text.split('\n')) assertFits(line, width, remedies)
      assert.doesNotMatch(text, /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u)
      const markdown = renderCheck(report, 'markdown')
      assert.doesNotMatch(markdown, /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u)
    }),
    { numRuns: 200 },
  )
})

test('a rule that finds hundreds hides no other', () => {
  const [first] = checkedDatabase().findings
  assert.ok(first !== undefined)
  const many = Array.from({ length: 300 }, (_, n) => ({
    ...first,
    name: 'rls_disabled_in_public',
    cacheKey: `rls_disabled_in_public:public.t${n}`,
  }))
  const others = ['slot_retains_wal', 'dead_rows'].map((name) => ({ ...first, name }))
  const text = renderCheck(checkedDatabase({ findings: [...many, ...others] }), 'text')
  assert.match(text, /rls_disabled_in_public (.*\n){6}. {2}slot_retains_wal .*\n. {2}dead_rows /)
  assert.match(text, /^ {3}and more: 294 of rls_disabled_in_public$/m)
  assert.equal(text.match(/^✖ Unindexed foreign key/gm)?.length, 5)
})
