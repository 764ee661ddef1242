import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import fc from 'fast-check'
import { anyWindow } from '../../../test/fixtures/any-window.ts'
import { assertFits } from '../../../test/fixtures/assert-fits.ts'
import { assertGolden } from '../../../test/fixtures/golden.ts'
import { watchedWindow, windowStatement } from '../../../test/fixtures/watched-window.ts'
import { buildReport, type ReportInput } from '../../analyze/index.ts'
import { judgeStatements } from '../../check/index.ts'
import type { Report } from '../../report.ts'
import { cleanLines } from '../clean-text.ts'
import { widthOf } from '../display-width.ts'
import { renderText } from './render-text.ts'

function reportOf(given: Partial<ReportInput> = {}): Report {
  return buildReport(watchedWindow(given), judgeStatements)
}

for (const width of [60, 80, 100, 160]) {
  test(`looks as agreed at ${width} columns`, () => {
    assertGolden(`report-${width}.txt`, renderText(reportOf(), { width }))
  })
}

const { window, server } = watchedWindow()
const lifetime = {
  window: { ...window, from: '2026-11-20T08:00:00.000Z', source: 'lifetime', snapshots: 0 },
  intervals: null,
  previous: null,
  series: [],
} as const

test('looks as agreed before the first snapshot, incomplete, and empty', () => {
  assertGolden('report-lifetime.txt', renderText(reportOf(lifetime)))
  const incomplete = reportOf({
    intervals: { intervals: 60, gaps: 3, incompleteIntervals: 2 },
    statements: watchedWindow()
      .statements.slice(0, 4)
      .map((statement) => ({ ...statement, mayMissCalls: true })),
    server: { ...server, evictions: 12, trackIoTiming: false },
  })
  assertGolden('report-incomplete.txt', renderText(incomplete))
  assertGolden('report-empty.txt', renderText(reportOf({ statements: [] })))
})

test('shows the window, seven troubles and the head of the ranking on the first screen', () => {
  const screen = renderText(reportOf(), { width: 100 }).split('\n').slice(0, 30)
  assert.match(screen[0] ?? '', /02:00–03:00 UTC, 23 Nov 2026/)
  assert.equal(screen.filter((line) => /^[✖▲•] {2}(slow|slower|spills|N\+1) /.test(line)).length, 7)
  assert.ok(screen.some((line) => /share .* calls .* statement$/.test(line)))
})

test('colours only if told, and never changes the text by it', () => {
  const plain = renderText(reportOf(), { width: 100 })
  const coloured = renderText(reportOf(), { width: 100, color: true })
  assert.ok(!plain.includes('\u001b'))
  assert.ok(coloured.includes('\u001b[31m'))
  assert.equal(stripVTControlCharacters(coloured), plain)
})

test('fits any terminal, whatever the database holds', () => {
  fc.assert(
    fc.property(anyWindow, fc.integer({ min: 40, max: 300 }), (input, width) => {
      const report = buildReport(input, judgeStatements)
      const text = renderText(report, { width })
      const remedies = report.findings.map(({ remediation }) => cleanLines(remediation))
      for (const line of text.split('\n')) assertFits(line, width, remedies)
      assert.doesNotMatch(text, /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u)
      assert.doesNotMatch(text, /NaN|Infinity|undefined/)
    }),
    { numRuns: 300 },
  )
})

test('takes texts of a megabyte', () => {
  const text = `select "${'表\u202e'.repeat(500_000)}" from t`
  const report = reportOf({
    statements: [windowStatement({ text, role: text, calls: 9, totalMs: 900 })],
  })
  const lines = renderText(report, { width: 80 }).split('\n')
  assert.ok(lines.length < 200)
  assert.ok(lines.every((line) => widthOf(line) <= 80))
})

test('takes odd widths for the nearest that it can do', () => {
  for (const [width, most] of [
    [0, 40],
    [Number.NaN, 40],
    [5_000, 300],
  ] as const) {
    const report = reportOf()
    const remedies = report.findings.map(({ remediation }) => remediation)
    for (const line of renderText(report, { width }).split('\n')) assertFits(line, most, remedies)
  }
})
