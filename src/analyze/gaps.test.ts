import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  evictionsBetween,
  explainGaps,
  type GapEvidence,
  gapFlags,
  gapsBetween,
  type StatisticsFacts,
} from './gaps.ts'

const before: StatisticsFacts = {
  serverStartedAt: 1_000,
  statsReset: 500,
  dealloc: 3,
  maxEntries: 5_000,
}
const nothing: GapEvidence = { stateLost: false, resetCalled: false }

function gaps(now: Partial<StatisticsFacts>, evidence: Partial<GapEvidence> = {}): number {
  return gapsBetween(before, { ...before, ...now }, { ...nothing, ...evidence })
}

test('an interval in which nothing happened has no gap', () => {
  assert.equal(gaps({}), 0)
})

test('a clean restart keeps every entry', () => {
  assert.equal(gaps({ serverStartedAt: 2_000 }), 0)
  assert.equal(gaps({ serverStartedAt: 2_000, maxEntries: 6_000 }), 0)
})

test('a restart with a lower maximum drops entries and says so nowhere', () => {
  assert.equal(gaps({ serverStartedAt: 2_000, maxEntries: 100 }), gapFlags.shrunk)
})

test('evictions are counted from the last reset on', () => {
  assert.equal(gaps({ dealloc: 4 }), gapFlags.evicted)
  assert.equal(evictionsBetween(before, { ...before, dealloc: 5 }), 2)
  assert.equal(gaps({ statsReset: 700, dealloc: 2 }), gapFlags.reset | gapFlags.evicted)
  assert.equal(evictionsBetween(before, { ...before, statsReset: 700, dealloc: 2 }), 2)
})

test('a reset is told by its time or by evictions that became fewer', () => {
  assert.equal(gaps({ statsReset: 700, dealloc: 0 }), gapFlags.reset)
  assert.equal(gaps({ dealloc: 0 }), gapFlags.reset)
})

test('a reset after a restart is no lost file', () => {
  const now = { serverStartedAt: 2_000, dealloc: 0 }
  assert.equal(gaps({ ...now, statsReset: 1_990 }), gapFlags.unsaved)
  assert.equal(gaps({ ...now, statsReset: 2_500 }), gapFlags.reset)
})

test('a crash shows by our own copy being gone, with or without a new start time', () => {
  assert.equal(gaps({ statsReset: 1_500, dealloc: 0 }, { stateLost: true }), gapFlags.lost)
})

test('a call of the reset function counts unless everything was reset anyway', () => {
  assert.equal(gaps({}, { resetCalled: true }), gapFlags.targetedReset)
  assert.equal(gaps({ statsReset: 700, dealloc: 0 }, { resetCalled: true }), gapFlags.reset)
})

test('every gap has its own bit and its own words', () => {
  const bits = Object.values(gapFlags)
  const all = bits.reduce((a, b) => a | b, 0)
  assert.equal(
    bits.reduce((a, b) => a + b, 0),
    all,
  )
  for (const bit of bits) assert.equal(explainGaps(bit).length, 1)
  assert.equal(new Set(explainGaps(all)).size, bits.length)
  assert.deepEqual(explainGaps(0), [])
})
