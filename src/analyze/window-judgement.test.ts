import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deltaFlags } from './delta.ts'
import { gapFlags } from './gaps.ts'
import { mayMissCalls } from './window-judgement.ts'

const certain = { flags: 0, firstAfterGap: false, gaps: 0 }

test('a statement without marks is exact, whatever happened to others', () => {
  assert.equal(mayMissCalls(certain), false)
  assert.equal(mayMissCalls({ ...certain, flags: deltaFlags.first }), false)
  assert.equal(mayMissCalls({ ...certain, gaps: gapFlags.evicted | gapFlags.reset }), false)
})

test('a mark on any of its deltas makes a lower bound', () => {
  const { restarted, uncertain, vanished } = deltaFlags
  for (const flags of [restarted, uncertain, vanished]) {
    assert.equal(mayMissCalls({ ...certain, flags }), true)
  }
})

test('so does a first sighting after a gap, and a time in which nothing was seen', () => {
  assert.equal(mayMissCalls({ ...certain, firstAfterGap: true }), true)
  assert.equal(mayMissCalls({ ...certain, gaps: gapFlags.lost }), true)
  assert.equal(mayMissCalls({ ...certain, gaps: gapFlags.uncovered }), true)
})
