import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { openCollector } from '../../test/collector.ts'
import { ownServer } from '../../test/database.ts'
import { readSeries } from './read-series.ts'
import { readWindow } from './read-window.ts'

test('a history', async (t) => {
  const server = await ownServer(t, { migrated: true })
  const admin = server.url('postgres', 'supabase_admin')
  const { db, run, snapshot, close } = await openCollector(server.url(), admin)
  t.after(close)
  await snapshot()
  const calls = [4, 0, 2, 1, 3, 5]
  for (const times of calls) {
    await run('anon', "select 'other'::bytea", ...Array(times).fill("select 'wanted'::name"))
    await snapshot()
  }
  const start = new Date('2026-10-01T00:00:00Z')
  await sql`
    update supascope.snapshots s
    set taken_at = ${start}::timestamptz + n * interval '1 minute',
      interval_from = ${start}::timestamptz + (n - 1) * interval '1 minute'
    from (select id, row_number() over (order by taken_at) - 1 as n
      from supascope.snapshots) o
    where o.id = s.id and n > 0`.execute(db)
  const span = { from: start, to: new Date('2026-10-01T00:06:00Z') }
  const window = await readWindow(db, span)
  const key = window?.statements.find(({ text }) => text === 'select $1::name')
  assert.ok(key)
  assert.equal(key.calls, 15)

  await t.test('has a point for each part that was watched, zeros included', async () => {
    const points = await readSeries(db, { ...span, buckets: 6, keys: [key] })
    assert.deepEqual(
      points.map((point) => point.calls),
      calls,
    )
    assert.deepEqual(
      points.map(({ at }) => at),
      calls.map((_, i) => new Date(start.getTime() + i * 60_000).toISOString()),
    )
    assert.ok(points.every(({ queryid, role }) => queryid === key.queryid && role === 'anon'))
  })

  await t.test('adds up to the window in any number of parts', async () => {
    for (const buckets of [1, 2, 4, 7, 48]) {
      const points = await readSeries(db, { ...span, buckets, keys: [key] })
      assert.equal(
        points.reduce((sum, point) => sum + point.calls, 0),
        15,
      )
      const time = points.reduce((sum, point) => sum + point.totalMs, 0)
      assert.ok(Math.abs(time - key.totalMs) < 1e-9)
      assert.ok(points.length <= Math.min(buckets, 6))
    }
  })

  await t.test('of nothing is empty', async () => {
    assert.deepEqual(await readSeries(db, { ...span, buckets: 6, keys: [] }), [])
    const unknown = { ...key, queryid: '1' }
    assert.deepEqual(await readSeries(db, { ...span, buckets: 6, keys: [unknown] }), [])
  })

  await t.test('windows that touch share no interval and miss none', async () => {
    const middle = new Date('2026-10-01T00:02:30Z')
    const [first, second] = [
      await readWindow(db, { from: span.from, to: middle }),
      await readWindow(db, { from: middle, to: span.to }),
    ]
    assert.equal(first?.to, '2026-10-01T00:02:00.000Z')
    assert.equal(second?.from, first.to)
    assert.equal(first.intervals.intervals + second.intervals.intervals, 6)
    const callsIn = (each: typeof window) =>
      each?.statements.find(({ queryid }) => queryid === key.queryid)?.calls ?? 0
    assert.equal(callsIn(first) + callsIn(second), 15)
  })

  await t.test('no interval ends in the span: no window', async () => {
    assert.equal(await readWindow(db, { from: new Date(0), to: new Date(1) }), null)
  })
})
