import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { anyWindow, hostileParts } from '../../../test/fixtures/any-window.ts'
import { assertGolden } from '../../../test/fixtures/golden.ts'
import { watchedWindow } from '../../../test/fixtures/watched-window.ts'
import { buildReport } from '../../analyze/index.ts'
import { judgeStatements } from '../../check/index.ts'
import { code, codeBlock, prose } from './escape.ts'
import { renderMarkdown } from './render-markdown.ts'

test('looks as agreed', () => {
  assertGolden('report.md', renderMarkdown(buildReport(watchedWindow(), judgeStatements)))
})

test('leaves no markup of its own to prose', () => {
  const cases: [string, string][] = [
    ['a*b_c`d', 'a\\*b\\_c\\`d'],
    ['<b> & |', '&lt;b&gt; &amp; \\|'],
    ['# a', '\\# a'],
    ['1. a', '1\\. a'],
    ['[a](b) ![c](d)', '\\[a\\](b) !\\[c\\](d)'],
    ['@team https://x www.x.y', '@<!-- -->team https:<!-- -->//x www<!-- -->.x.y'],
    ['a\nb', 'a b'],
  ]
  for (const [text, expected] of cases) assert.equal(prose(text), expected)
})

test('keeps code in its span and block, whatever backticks it holds', () => {
  assert.equal(code('a`b'), '``a`b``')
  assert.equal(code('`a|b`'), '`` `a\\|b` ``')
  assert.equal(code(' \n '), '')
  assert.deepEqual(codeBlock('```\na', 'sql'), ['````sql', '```', 'a', '````'])
})

/** Drops what is code, so that the rest can be judged as markup. */
function withoutCode(markdown: string): string {
  return markdown
    .replace(/^(`{3,})sql\n.*?\n\1$/gmsu, '')
    .replace(/(?<![\\`])(`+)(?!`)(.+?)(?<!`)\1(?!`)/gu, '')
    .replaceAll('<!-- -->', '·')
    .replace(/^> No snapshots/m, '')
}

test('keeps its structure whatever the database holds', () => {
  fc.assert(
    fc.property(anyWindow, (input) => {
      const report = buildReport(input, judgeStatements)
      const markdown = renderMarkdown(report)
      assert.doesNotMatch(
        markdown,
        /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|NaN|Infinity|undefined/u,
      )
      const rest = withoutCode(markdown)
      assert.doesNotMatch(rest, /[<>]|@\w|:\/\/|(?<!\\)[`[\]]/)
      const rows = rest.split('\n').filter((line) => line.startsWith('|'))
      const tables = [report.findings.length, report.statements.length].filter((n) => n > 0)
      assert.equal(
        rows.length,
        tables.reduce((sum, n) => sum + n + 2, 0),
      )
      for (const row of rows) assert.ok([6, 13].includes(row.split(/(?<!\\)\|/).length - 1), row)
      const headings = rest.split('\n').filter((line) => line.startsWith('#'))
      assert.equal(headings.length, 2 + tables.length + report.findings.length)
    }),
    { numRuns: 300 },
  )
})

test('gives each hostile part no power alone', () => {
  for (const part of hostileParts) {
    assert.doesNotMatch(withoutCode(`x ${prose(`a ${part} b`)}`), /[<>]|@\w|:\/\/|(?<!\\)[`[|*]/)
  }
})
