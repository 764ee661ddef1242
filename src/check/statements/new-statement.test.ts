import assert from 'node:assert/strict'
import { test } from 'node:test'
import { timed, watchedWindow, windowStatement } from '../../../test/fixtures/watched-window.ts'
import { only, windowFacts } from '../../../test/fixtures/window-facts.ts'
import type { ReportInput, WindowStatement } from '../../analyze/index.ts'
import type { Finding } from '../../finding.ts'
import { newStatement } from './new-statement.ts'

const old = windowStatement({ queryid: '2', ...timed(90_000, 1, 0) })
const firstSeenAt = '2026-11-23T02:10:00.000Z'

function judge(given: Partial<WindowStatement>, input: Partial<ReportInput> = {}): Finding[] {
  const statements = [windowStatement({ firstSeenAt, ...timed(50_000, 1, 0), ...given }), old]
  return newStatement(windowFacts({ statements, ...input }))
}

test('reports what first ran in this window and counts already', () => {
  const finding = only(judge({}))
  assert.deepEqual([finding.level, finding.evidence.rank], ['WARN', 2])
  assert.match(finding.detail, /first ran at 2026-11-23 02:10 UTC and is number 2 already/)
})

test('is silent about what ran before, counts little, or is not in the top', () => {
  assert.deepEqual(judge({ firstSeenAt: '2026-11-23T01:59:59.000Z' }), [])
  assert.deepEqual(judge({ firstSeenAt: null }), [])
  assert.deepEqual(judge(timed(800, 1, 0)), [])
  const options = { ...watchedWindow().options, top: 1 }
  assert.deepEqual(judge({}, { options }), [])
})

test('is silent while it can not know: without a window before', () => {
  assert.deepEqual(judge({}, { previous: null }), [])
})
