import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { type Collector, openCollector } from '../../test/collector.ts'
import { ownServer } from '../../test/database.ts'
import { counterNames, deltaFlags, gapFlags } from '../analyze/index.ts'
import { listSnapshots } from './list-snapshots.ts'
import { readWindow, type StatementWindow } from './read-window.ts'
import { retainSnapshots } from './retain-snapshots.ts'

const always = { from: new Date(0), to: new Date('2100-01-01') }
const kept = { snapshotHours: 48, days: 35 }

/** Real snapshots with different statements in each, moved into the past, some minutes apart. */
async function fill({ db, run, snapshot }: Collector, hoursAgo: number): Promise<void> {
  await snapshot()
  await sql`delete from supascope.snapshots`.execute(db)
  for (let i = 0; i < 12; i++) {
    await run('anon', ...Array(i + 1).fill(`select 1${', 1'.repeat(i % 5)}`))
    await run('anon', `select pg_sleep(0.00${i})`)
    await snapshot()
  }
  // Ten minutes apart from the full hour on, so two hours of six.
  await sql`
    with numbered as (
      select id, row_number() over (order by taken_at) as n from supascope.snapshots
    ), moved as (
      select id, date_trunc('hour', now(), 'UTC') - ${hoursAgo} * interval '1 hour'
        + n * interval '10 minutes' as at
      from numbered
    )
    update supascope.snapshots s set taken_at = at, interval_from = at - interval '10 minutes'
    from moved where moved.id = s.id`.execute(db)
}

function sorted(window: StatementWindow | null): StatementWindow['statements'] {
  return (window?.statements ?? []).toSorted((a, b) =>
    `${a.queryid} ${a.role}`.localeCompare(`${b.queryid} ${b.role}`),
  )
}

test('old snapshots', async (t) => {
  const server = await ownServer(t, { migrated: true })
  const admin = server.url('postgres', 'supabase_admin')
  const collector = await openCollector(server.url(), admin)
  const { db } = collector
  t.after(() => collector.close())

  await t.test('are merged by the hour, and their sums stay', async () => {
    await fill(collector, 100)
    await sql`
      update supascope.snapshots set gaps = ${gapFlags.evicted}, incomplete_intervals = 1,
        evictions = 2
      where id = (select min(id) from supascope.snapshots)`.execute(db)
    const before = await readWindow(db, always)
    assert.ok(before)
    assert.deepEqual(await retainSnapshots(db, kept), { merged: 12, expired: 0, statements: 0 })
    assert.equal((await listSnapshots(db, 100)).length, 2)
    const after = await readWindow(db, always)
    assert.ok(after)
    const { statements: _, ...rest } = before
    assert.deepEqual({ ...after, statements: undefined }, { ...rest, statements: undefined })
    assert.equal(before.statements.length, after.statements.length)
    for (const [i, expected] of sorted(before).entries()) {
      const actual: StatementWindow['statements'][number] | undefined = sorted(after)[i]
      assert.ok(actual)
      assert.equal(actual.queryid, expected.queryid)
      assert.equal(actual.flags, expected.flags)
      for (const name of [...counterNames, 'm2'] as const) {
        const slack = 1e-6 * Math.max(1, Math.abs(expected[name]))
        assert.ok(Math.abs(actual[name] - expected[name]) <= slack, name)
      }
    }
  })

  await t.test('are merged once, whoever asks again', async () => {
    assert.deepEqual(await retainSnapshots(db, kept), { merged: 0, expired: 0, statements: 0 })
  })

  await t.test('stay apart while they are young, and across a baseline', async () => {
    await fill(collector, 20)
    await retainSnapshots(db, kept)
    assert.equal((await listSnapshots(db, 100)).length, 12)
    await sql`
      update supascope.snapshots
      set interval_from = null, intervals = 0, statement_ids = '{}'
      where id = (select min(id) + 2 from supascope.snapshots)`.execute(db)
    const { merged } = await retainSnapshots(db, { snapshotHours: 1, days: 35 })
    assert.equal(merged, 11)
    const rows = (await listSnapshots(db, 100)).toReversed()
    assert.deepEqual(
      rows.map(({ intervals }) => intervals),
      [2, 0, 3, 6],
    )
  })

  await t.test('are merged once by two at once', async () => {
    await fill(collector, 100)
    const before = sorted(await readWindow(db, always))
    await Promise.all([retainSnapshots(db, kept), retainSnapshots(db, kept)])
    assert.equal((await listSnapshots(db, 100)).length, 2)
    const after = sorted(await readWindow(db, always))
    assert.deepEqual(
      after.map(({ calls }) => calls),
      before.map(({ calls }) => calls),
    )
  })

  await t.test('expire, and what only they spoke of is forgotten', async () => {
    await fill(collector, 24 * 40)
    await collector.run('supabase_admin', 'select extensions.pg_stat_statements_reset()')
    // This one still speaks of all statements: that they are gone.
    await collector.snapshot()
    await sql`
      update supascope.snapshots set taken_at = taken_at - interval '40 days',
        interval_from = interval_from - interval '40 days'
      where taken_at > now() - interval '1 hour'`.execute(db)
    await collector.run('anon', "select 'kept'::name")
    const last = await collector.snapshot()
    const result = await retainSnapshots(db, kept)
    assert.equal(result.expired, 13)
    assert.ok(result.statements > 5)
    const { rows } = await sql<{ dangling: number; texts: number }>`
      select
        (select count(*) from supascope.snapshots s, unnest(s.statement_ids) as u (id)
          where u.id not in (select r.id from supascope.statements r))::integer as dangling,
        (select count(*) from supascope.statement_texts t
          where not exists (select from supascope.statements r
            where r.queryid = t.queryid))::integer as texts`.execute(db)
    assert.deepEqual(rows, [{ dangling: 0, texts: 0 }])
    const window = await readWindow(db, always)
    assert.equal(window?.to, last.takenAt)
    const kept1 = window.statements.find(({ text }) => text === 'select $1::name')
    assert.equal(kept1?.calls, 1)
    assert.equal(kept1.flags & deltaFlags.first, deltaFlags.first)
    assert.equal((await collector.snapshot()).kind, 'delta')
  })
})
