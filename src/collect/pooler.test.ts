import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openCollector } from '../../test/collector.ts'
import { ownServer } from '../../test/database.ts'
import { poolerUnavailable, startPgbouncer } from '../../test/pgbouncer.ts'
import { readLifetime } from './read-lifetime.ts'
import { readSeries } from './read-series.ts'
import { readWindow } from './read-window.ts'
import { retainSnapshots } from './retain-snapshots.ts'

test('all works through a transaction pooler', { skip: await poolerUnavailable() }, async (t) => {
  const server = await ownServer(t, { migrated: true })
  const pooler = await startPgbouncer(t, server)
  const admin = server.url('postgres', 'supabase_admin')
  const collector = await openCollector(pooler.url('postgres'), admin)
  t.after(() => collector.close())
  const { db, capabilities } = collector
  await collector.snapshot()
  for (const calls of [1, 2, 3]) {
    await collector.run('anon', ...Array(calls).fill("select 'pooled'::name"))
    // Several at once, so that the pooler has to hand connections around.
    const taken = await Promise.all([collector.snapshot(), readLifetime(db, capabilities)])
    assert.equal(taken[0].kind, 'delta')
  }
  const window = await readWindow(db, { from: new Date(0), to: new Date(Date.now() + 60_000) })
  const statement = window?.statements.find(({ text }) => text === 'select $1::name')
  assert.equal(statement?.calls, 6)
  const span = { from: new Date(window?.from ?? 0), to: new Date(window?.to ?? 0) }
  const points = await readSeries(db, { ...span, buckets: 3, keys: [statement] })
  assert.equal(
    points.reduce((sum, { calls }) => sum + calls, 0),
    6,
  )
  await retainSnapshots(db, { snapshotHours: 48, days: 35 })
})
