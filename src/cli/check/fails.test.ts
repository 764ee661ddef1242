import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Finding, FindingLevel, FindingState } from '../../finding.ts'
import { fails } from './fails.ts'

function finding(cacheKey: string, level: FindingLevel, state: FindingState = 'open'): Finding {
  const texts = { name: 'rule', title: 'Rule', detail: '', remediation: '' }
  return { ...texts, level, categories: [], metadata: {}, cacheKey, evidence: {}, state }
}

test('fails from the asked level on, and never unasked', () => {
  const found = [finding('a', 'WARN')]
  assert.equal(fails(found, {}), false)
  assert.equal(fails(found, { failOn: 'error' }), false)
  assert.equal(fails(found, { failOn: 'warn' }), true)
  assert.equal(fails(found, { failOn: 'info' }), true)
})

test('what people have dealt with does not fail', () => {
  for (const state of ['ignored', 'acknowledged', 'resolved'] as const) {
    assert.equal(fails([finding('a', 'ERROR', state)], { failOn: 'info' }), false)
  }
})

test('against a base only what is new, or worse, fails', () => {
  const base = new Map<string, FindingLevel>([['a', 'WARN']])
  assert.equal(fails([finding('a', 'WARN')], { failOn: 'info', base }), false)
  assert.equal(fails([finding('a', 'ERROR')], { failOn: 'info', base }), true)
  assert.equal(fails([finding('b', 'WARN')], { base }), true)
  assert.equal(fails([finding('b', 'INFO')], { base }), false)
  assert.equal(fails([finding('b', 'WARN')], { failOn: 'error', base }), false)
})
