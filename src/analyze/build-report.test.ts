import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { anyWindow } from '../../test/fixtures/any-window.ts'
import { timed, watchedWindow, windowStatement } from '../../test/fixtures/watched-window.ts'
import { buildReport } from './build-report.ts'
import type { Judgement } from './facts.ts'
import { gapFlags } from './gaps.ts'
import type { ReportInput } from './report-input.ts'

function noRules(): Judgement {
  return { findings: [], flags: new Map() }
}

function reportOf(given: Partial<ReportInput>): ReturnType<typeof buildReport> {
  return buildReport(watchedWindow(given), noRules)
}

test('ranks by time over all statements, ties always the same way', () => {
  const rows = [
    windowStatement({ queryid: '3', ...timed(10, 1, 0) }),
    windowStatement({ queryid: '2', ...timed(10, 1, 0) }),
    windowStatement({ queryid: '1', ...timed(20, 4, 0) }),
    windowStatement({ queryid: '4', ...timed(0, 0, 0) }),
  ]
  for (const statements of [rows, rows.toReversed()]) {
    const report = reportOf({ statements, options: { ...watchedWindow().options, top: 2 } })
    assert.deepEqual(
      report.statements.map(({ queryid, share }) => [queryid, share]),
      [
        ['1', 0.8],
        ['2', 0.1],
      ],
    )
    assert.deepEqual(report.totals, { statements: 3, calls: 40, total_ms: 100 })
  }
})

test('keeps roles and nesting of one query apart', () => {
  const report = reportOf({
    statements: [
      windowStatement({ role: 'anon', ...timed(1, 3, 0) }),
      windowStatement({ role: 'authenticated', ...timed(1, 2, 0) }),
      windowStatement({ role: 'authenticated', toplevel: false, ...timed(1, 1, 0) }),
    ],
  })
  assert.deepEqual(
    report.statements.map(({ role, toplevel }) => [role, toplevel]),
    [
      ['anon', true],
      ['authenticated', true],
      ['authenticated', false],
    ],
  )
  assert.ok(report.not_seen.some(({ what }) => what === 'nested_time_counted_twice'))
})

test('compares with the same statement of the window before', () => {
  const statement = windowStatement({ ...timed(100, 20, 5), sharedBlksHit: 3, sharedBlksRead: 1 })
  const before = windowStatement(timed(50, 10, 2))
  const previous = { from: '', to: '', statements: [before] }
  const [row] = reportOf({ statements: [statement], previous }).statements
  assert.deepEqual(row?.trend, { calls: 2, total: 4, mean: 2, previous_mean_ms: 10 })
  assert.deepEqual([row?.mean_ms, row?.stddev_ms, row?.cache_hit], [20, 5, 0.75])
  const other = { ...previous, statements: [windowStatement({ role: 'anon', ...timed(5, 1, 0) })] }
  assert.equal(reportOf({ statements: [statement], previous: other }).statements[0]?.trend, null)
})

test('counts housekeeping and our own statements without ranking them', () => {
  const report = reportOf({
    statements: [
      windowStatement({ queryid: '1', text: 'commit', ...timed(1, 1, 0) }),
      windowStatement({ queryid: '2', text: 'select /* supascope */ 1', ...timed(1, 1, 0) }),
      windowStatement({ queryid: '3', ...timed(1, 2, 0) }),
    ],
  })
  assert.deepEqual(
    report.statements.map(({ queryid, share }) => [queryid, share]),
    [['3', 0.5]],
  )
  const left = report.not_seen.find(({ what }) => what === 'unranked_statements')
  assert.match(left?.why ?? '', /1 of transaction control.*25 %.*1 of Supascope's own.*25 %/)
})

test('gives each listed statement its series in order, and none to lifetime counters', () => {
  const statements = [windowStatement(timed(3, 1, 0))]
  const point = { queryid: '1', role: 'authenticated', toplevel: true, calls: 1, totalMs: 2 }
  const series = [
    { ...point, at: '2026-11-23T02:10:00Z' },
    { ...point, at: '2026-11-23T02:05:00Z' },
    { ...point, at: '2026-11-23T02:05:00Z', role: 'anon' },
  ]
  assert.deepEqual(reportOf({ statements, series }).statements[0]?.series, [
    { at: '2026-11-23T02:05:00Z', calls: 1, total_ms: 2 },
    { at: '2026-11-23T02:10:00Z', calls: 1, total_ms: 2 },
  ])
  const window = { ...watchedWindow().window, source: 'lifetime' as const }
  assert.deepEqual(reportOf({ statements, series, window }).statements[0]?.series, [])
})

test('says why calls may be missing', () => {
  const complete = reportOf({}).completeness
  assert.deepEqual([complete.complete, complete.reasons], [true, []])
  const gaps = gapFlags.reset | gapFlags.evicted
  const { completeness } = reportOf({
    statements: [windowStatement({ mayMissCalls: true, ...timed(1, 1, 0) })],
    intervals: { intervals: 60, gaps, incompleteIntervals: 2 },
  })
  assert.equal(completeness.complete, false)
  assert.equal(completeness.lower_bound_statements, 1)
  assert.match(completeness.reasons[0] ?? '', /was reset/)
  assert.match(completeness.reasons[1] ?? '', /was full/)
  assert.equal(completeness.reasons[2], 'the figures of 1 statement are lower bounds')
})

test('names what the statistics cannot show, with its remedy', () => {
  const { server } = watchedWindow()
  const what = (given: Partial<typeof server>): string[] =>
    reportOf({ server: { ...server, ...given } }).not_seen.map((one) => one.what)
  assert.equal(what({})[0], 'cancelled_statements')
  assert.match(reportOf({}).not_seen[0]?.why ?? '', /timeout of 8 s/)
  assert.ok(what({}).includes('nested_statements'))
  assert.ok(!what({ track: 'all' }).includes('nested_statements'))
  assert.ok(what({ evictions: 3 }).includes('evicted_statements'))
  assert.ok(what({ entries: 4_600 }).includes('evicted_statements'))
  assert.ok(!what({ entries: 4_000 }).includes('evicted_statements'))
  assert.ok(what({ unreadableTexts: 2 }).includes('unreadable_texts'))
  assert.ok(!what({ unreadableTexts: 0 }).includes('unreadable_texts'))
  assert.ok(what({ trackIoTiming: false }).includes('io_times'))
  assert.ok(!what({}).includes('io_times'))
})

test('says what samples saw of what the statistics never show', () => {
  const note = (
    cutOff: Exclude<ReportInput['cutOff'], undefined>,
  ): { why: string; remedy: string } => {
    const [first] = reportOf({ cutOff }).not_seen
    assert.ok(first)
    return first
  }
  const saw = { samples: 600, minutes: 60, timedOut: 2, likely: 1, failed: 0 }
  assert.match(
    note(saw).why,
    /In this window 600 samples of the sessions, 6 s apart, saw 2 cut off by a timeout, 1 likely so\.$/,
  )
  assert.match(note(saw).remedy, /check --only cancelled_statements/)
  const none = note({ ...saw, timedOut: 0, likely: 0 })
  assert.match(none.why, /saw none\.$/)
  assert.doesNotMatch(none.remedy, /supascope/)
  assert.doesNotMatch(note(null).why, /sample/)
  assert.match(note(null).remedy, /supascope sample --every/)
})

test('makes a sound report of any window', () => {
  fc.assert(
    fc.property(anyWindow, (input) => {
      const { statements, totals } = buildReport(input, noRules)
      assert.ok(statements.length <= input.options.top)
      assert.ok(statements.reduce((sum, { share }) => sum + share, 0) <= 1 + 1e-9)
      for (const { cache_hit, trend } of statements) {
        assert.ok(cache_hit === null || (cache_hit >= 0 && cache_hit <= 1))
        assert.ok(Object.values(trend ?? {}).every(Number.isFinite))
      }
      for (const [i, { total_ms, mean_ms, stddev_ms, share }] of statements.entries()) {
        assert.ok(total_ms <= totals.total_ms)
        assert.ok([mean_ms, stddev_ms, share].every((figure) => figure >= 0 && figure < 1e300))
        assert.ok(total_ms <= (statements[i - 1]?.total_ms ?? Number.POSITIVE_INFINITY))
      }
    }),
    { numRuns: 300 },
  )
})
