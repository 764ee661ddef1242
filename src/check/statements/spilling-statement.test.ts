import assert from 'node:assert/strict'
import { test } from 'node:test'
import { timed, windowStatement } from '../../../test/fixtures/watched-window.ts'
import { only, windowFacts } from '../../../test/fixtures/window-facts.ts'
import type { WindowStatement } from '../../analyze/index.ts'
import type { Finding } from '../../finding.ts'
import { spillingStatement } from './spilling-statement.ts'

const rest = windowStatement({ queryid: '2', ...timed(100_000, 1, 0) })

function judge(given: Partial<WindowStatement>): Finding[] {
  return spillingStatement(windowFacts({ statements: [windowStatement(given), rest] }))
}

test('reports temporary files of a block a call and more', () => {
  const finding = only(judge({ ...timed(100, 50, 1), tempBlksWritten: 100 * 512 }))
  assert.deepEqual([finding.level, finding.evidence.temp_bytes_per_call], ['WARN', 4 * 1024 ** 2])
  assert.match(finding.detail, /4 MB of temporary files a call, 400 MB in the window/)
  assert.equal(judge({ ...timed(100, 50, 1), tempBlksWritten: 99 }).length, 0)
})

test('reports rare statements if they write much', () => {
  assert.equal(judge({ ...timed(2, 50, 1), tempBlksWritten: 12_800 }).length, 1)
  assert.equal(judge({ ...timed(2, 50, 1), tempBlksWritten: 12_799 }).length, 0)
})

test('proposes as much memory as it takes, and none where that is too much', () => {
  const remedy = (blocks: number): string =>
    only(judge({ ...timed(100, 50, 1), tempBlksWritten: 100 * blocks })).remediation
  assert.match(remedy(16), /work_mem = '8MB'/)
  assert.match(remedy(4_100), /work_mem = '128MB'/)
  assert.match(remedy(16_385), /too much for more work_mem/)
})
