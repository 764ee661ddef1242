import assert from 'node:assert/strict'
import { test } from 'node:test'
import { index, indexFacts, indexUsage, server } from '../../../test/fixtures/index-facts.ts'
import type { IndexUsage, ServerState } from '../../facts/index.ts'
import type { Finding } from '../../finding.ts'
import { unusedIndex } from './unused-index.ts'

const now = '2026-11-23T12:00:00.000Z'
const month = 30 * 24 * 60

/** What is found of one large index. */
function found(
  usage: Partial<IndexUsage>,
  given: { server?: Partial<ServerState>; minutes?: number | null } = {},
): Finding | undefined {
  const facts = indexFacts({
    server: server(given.server),
    indexes: [index(100, [1], { bytes: 500 * 1024 ** 2 })],
    indexUsage: [indexUsage(100, usage)],
  })
  const statisticsMinutes = given.minutes === undefined ? month : given.minutes
  return unusedIndex.judge(facts, { now, statisticsMinutes }).findings[0]
}

test('is a remark with a warning where other nodes may read it', () => {
  assert.equal(found({})?.level, 'WARN')
  assert.equal(found({})?.evidence.all_nodes, true)
  for (const elsewhere of [{ replicas: 2 }, { readReplica: true }]) {
    const finding = found({}, { server: elsewhere })
    assert.equal(finding?.level, 'INFO')
    assert.match(finding.detail, /Replicas count for themselves: look at all nodes/)
    assert.equal(finding.evidence.all_nodes, false)
  }
  const unknown = found({}, { server: { replicas: null } })
  assert.match(unknown?.detail ?? '', /If there are replicas, which this role may not see/)
  assert.equal(unknown?.evidence.all_nodes, null)
})

test('goes by the last scan where the server tells it', () => {
  const scanned = (lastScanAt: string | null): Finding | undefined =>
    found({ scans: 9, lastScanAt })
  assert.equal(scanned('2026-10-19T12:00:01.000Z'), undefined)
  const finding = scanned('2026-10-19T12:00:00.000Z')
  assert.match(String(finding?.metadata.summary), /not read since 2026-10-19 12:00 UTC/)
  assert.equal(finding?.evidence.last_scan_at, '2026-10-19T12:00:00.000Z')
  // Before PostgreSQL 16 nobody knows when.
  assert.equal(scanned(null), undefined)
})

test('waits until the counters are a week old', () => {
  assert.equal(found({}, { minutes: 7 * 24 * 60 - 1 }), undefined)
  assert.match(found({}, { minutes: 7 * 24 * 60 })?.detail ?? '', /in 7 days/)
  // Never reset: they count since the server started at the latest.
  const young = { server: { startedAt: '2026-11-20T12:00:00.000Z' }, minutes: null }
  assert.equal(found({}, young), undefined)
  assert.match(found({}, { minutes: null })?.detail ?? '', /in 326 days/)
})
