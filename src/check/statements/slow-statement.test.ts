import assert from 'node:assert/strict'
import { test } from 'node:test'
import { timed, watchedWindow, windowStatement } from '../../../test/fixtures/watched-window.ts'
import { only, windowFacts } from '../../../test/fixtures/window-facts.ts'
import type { WindowStatement } from '../../analyze/index.ts'
import type { Finding } from '../../finding.ts'
import { slowStatement } from './slow-statement.ts'

const rest = windowStatement({ queryid: '2', text: 'select id from rest', ...timed(1_000, 10, 1) })

function judge(given: Partial<WindowStatement>): Finding[] {
  return slowStatement(windowFacts({ statements: [windowStatement(given), rest] }))
}

test('reports a mean at or over the threshold, with enough calls', () => {
  assert.equal(judge(timed(30, 20, 1)).length, 1)
  assert.equal(judge(timed(30, 19.9, 1)).length, 0)
  assert.equal(judge(timed(29, 17.2, 1)).length, 0)
})

test('reports fewer calls if they take a twentieth of the time', () => {
  assert.equal(judge(timed(2, 300, 1)).length, 1)
  assert.equal(judge(timed(2, 250, 1)).length, 0)
})

test('is as severe as what it costs', () => {
  const level = (calls: number, mean: number): string => only(judge(timed(calls, mean, 1))).level
  assert.equal(level(2_000, 30), 'ERROR')
  assert.equal(level(100, 60), 'WARN')
  // All of the time of a database that has next to nothing to do.
  assert.equal(level(30, 100), 'INFO')
  const window = { ...watchedWindow().window, from: null }
  const idle = windowFacts({ statements: [windowStatement(timed(30, 400, 1)), rest], window })
  assert.equal(only(slowStatement(idle)).level, 'ERROR')
})

test('gives its figures, and the plan as the role that runs it', () => {
  const finding = only(judge({ ...timed(2_000, 30, 4), role: 'authenticated' }))
  assert.equal(finding.cacheKey, 'slow_statement:1:authenticated')
  assert.equal(finding.evidence.mean_ms, 30)
  assert.match(finding.detail, /30 ms a call.*deviation 4 ms.*2 k calls as authenticated, 85.7 %/)
  assert.match(
    finding.remediation,
    /set local role authenticated;\nset local request\.jwt\.claims = '\{"sub":"[^']*","role":"authenticated"\}';\nexplain/,
  )
  const other = only(judge({ ...timed(2_000, 30, 4), role: 'My Role' }))
  assert.match(other.remediation, /set local role "My Role";\nexplain/)
})

test('says what can be done about the statements of services', () => {
  const realtime = 'select wal from realtime.list_changes($1, $2, $3, $4)'
  const finding = only(judge({ ...timed(2_000, 30, 4), text: realtime, role: 'supabase_admin' }))
  assert.match(finding.remediation, /Subscribe to fewer tables/)
})
