import assert from 'node:assert/strict'
import { test } from 'node:test'
import { databaseDelta } from './database-delta.ts'

test('subtracts counter by counter', () => {
  const before = { stats_reset: 7, xact_commit: 10, deadlocks: 1 }
  const now = { stats_reset: 7, xact_commit: 15, deadlocks: 1, sessions: 2 }
  assert.deepEqual(databaseDelta(before, now), { xact_commit: 5, deadlocks: 0, sessions: 2 })
})

test('after a reset the new values are what is known', () => {
  const before = { stats_reset: 7, xact_commit: 10, deadlocks: 1 }
  assert.deepEqual(databaseDelta(before, { stats_reset: 8, xact_commit: 15, deadlocks: 0 }), {
    xact_commit: 15,
    deadlocks: 0,
  })
  assert.deepEqual(databaseDelta(before, { stats_reset: 7, xact_commit: 15, deadlocks: 0 }), {
    xact_commit: 15,
    deadlocks: 0,
  })
})

test('without a reading before nothing is known', () => {
  assert.deepEqual(databaseDelta(null, { stats_reset: 7, xact_commit: 10 }), {})
})
