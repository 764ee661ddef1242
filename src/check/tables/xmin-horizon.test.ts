import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HorizonHolder } from '../../facts/index.ts'
import { xminHorizon } from './xmin-horizon.ts'

function remedyFor(holder: Partial<HorizonHolder>): string {
  const whole: HorizonHolder = {
    kind: 'session',
    name: '42',
    age: 2_000_000,
    catalogOnly: false,
    role: 'postgres',
    application: 'psql',
    state: 'active',
    since: null,
    ...holder,
  }
  const context = { now: '2026-11-23T00:00:00.000Z', statisticsMinutes: null }
  const { findings } = xminHorizon.judge({ horizon: [whole] }, context)
  assert.equal(findings.length, 1)
  return findings[0]?.remediation ?? ''
}

test('each kind has the remedy that ends it', () => {
  assert.match(remedyFor({}), /^select pg_terminate_backend\(42\);$/m)
  assert.match(remedyFor({ kind: 'prepared', name: "it's" }), /^rollback prepared 'it''s';$/m)
  assert.match(
    remedyFor({ kind: 'slot', name: 'left', state: 'inactive' }),
    /^select pg_drop_replication_slot\('left'\);$/m,
  )
  // Somebody reads from it: dropping it would break a replica.
  assert.doesNotMatch(remedyFor({ kind: 'slot', name: 'used', state: 'active' }), /drop/)
  assert.match(remedyFor({ kind: 'standby', name: 'replica' }), /hot_standby_feedback = off/)
})
