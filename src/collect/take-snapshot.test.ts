import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { sql } from 'kysely'
import pg from 'pg'
import { type Collector, openCollector } from '../../test/collector.ts'
import { ownServer } from '../../test/database.ts'
import { deltaFlags, gapFlags, type WindowStatement } from '../analyze/index.ts'
import { readWindow } from './read-window.ts'
import type { SnapshotResult } from './take-snapshot.ts'

const soon = (): Date => new Date(Date.now() + 60_000)

async function open(
  t: TestContext,
  version: 15 | 17,
): Promise<Collector & { elsewhere: () => Promise<Collector> }> {
  const server = await ownServer(t, { version, migrated: true })
  const admin = server.url('postgres', 'supabase_admin')
  const collector = await openCollector(server.url(), admin)
  t.after(() => collector.close())
  await collector.snapshot()
  const elsewhere = async (): Promise<Collector> => {
    const client = new pg.Client({ connectionString: admin })
    await client.connect()
    await client.query('create database elsewhere')
    await client.end()
    const url = server.url('elsewhere', 'supabase_admin')
    return openCollector(url, url)
  }
  return { ...collector, elsewhere }
}

/** What a window says of the statements whose text holds something. */
async function since(
  { db }: Collector,
  start: SnapshotResult,
  text: string,
): Promise<WindowStatement[]> {
  const window = await readWindow(db, { from: new Date(start.takenAt), to: soon() })
  return (window?.statements ?? []).filter((statement) => statement.text?.includes(text))
}

for (const version of [15, 17] as const) {
  test(`a snapshot, on ${version}`, async (t) => {
    const collector = await open(t, version)

    await t.test('stores what each role ran, each statement once', async () => {
      const start = await collector.snapshot()
      await collector.run(
        'authenticated',
        ...Array(3).fill('select 1 as red, 2'),
        'select 3 as blue',
      )
      await collector.run('anon', 'select 1 as red, 2')
      const { kind, gaps, changed } = await collector.snapshot()
      assert.deepEqual([kind, gaps], ['delta', 0])
      assert.ok(changed >= 3)
      const red = await since(collector, start, 'as red')
      assert.deepEqual(red.map(({ role, calls, rows }) => [role, calls, rows]).sort(), [
        ['anon', 1, 1],
        ['authenticated', 3, 3],
      ])
      assert.equal(red[0]?.text, 'select $1 as red, $2')
      assert.ok(red.every(({ mayMissCalls, flags }) => !mayMissCalls && flags === deltaFlags.first))
    })

    await t.test('gives mean and deviation of the interval, not of the lifetime', async () => {
      const nap = (seconds: number): string => `select pg_sleep(${seconds}) as nap`
      await collector.run('anon', nap(0.2))
      const start = await collector.snapshot()
      await collector.run('anon', nap(0.02), nap(0.06))
      await collector.snapshot()
      const statement = (await since(collector, start, 'as nap'))[0]
      assert.ok(statement)
      // Sleeps are never shorter than asked for. The lifetime's mean would be over 90 ms.
      assert.ok(statement.totalMs >= 80 && statement.totalMs / statement.calls < 90)
      const deviation = Math.sqrt(statement.m2 / statement.calls)
      assert.ok(deviation > 0 && deviation < 80, `${deviation}`)
    })

    await t.test('does not list its own statements, but keeps them', async () => {
      const start = await collector.snapshot()
      await collector.snapshot()
      assert.deepEqual(await since(collector, start, 'supascope'), [])
      const { rows } = await sql<{ own: number }>`
      select count(*)::integer as own from supascope.statement_texts
      where query like '%/* supascope */%'`.execute(collector.db)
      assert.ok((rows[0]?.own ?? 0) > 3)
    })

    await t.test('stores no password that a utility statement holds', async () => {
      await collector.run('supabase_admin', "create role app login password 'geheim'")
      await collector.run('supabase_admin', "do $$ begin perform 'geheim'; end $$")
      assert.ok((await collector.snapshot()).newTexts >= 2)
      const { rows } = await sql<{ query: string }>`
      select query from supascope.statement_texts where query like any
        (array['create role app%', 'do %', '%geheim%'])`.execute(collector.db)
      const texts = rows.map(({ query }) => query)
      assert.ok(texts.includes("create role app login password '…'"), texts.join('\n'))
      assert.ok(!texts.some((text) => text.includes('geheim')))
    })

    await t.test('reads texts no more often than asked', async () => {
      await collector.run('anon', 'select 1 as a_new_one, 2, 3')
      assert.equal((await collector.snapshot({ textIntervalSeconds: 3600 })).newTexts, 0)
      assert.ok((await collector.snapshot({ textIntervalSeconds: 0 })).newTexts > 0)
    })

    await t.test('notices a reset of one entry by the call, once the text is known', async () => {
      const start = await collector.snapshot()
      await collector.run('anon', "select 1 as short_lived, 'a'::name")
      const reset = `select extensions.pg_stat_statements_reset('anon'::regrole, 0, 0)`
      await collector.run('supabase_admin', reset)
      // The first time only the text says what the statement did, the second time it is known.
      const first = await collector.snapshot({ textIntervalSeconds: 3600 })
      await collector.snapshot({ textIntervalSeconds: 0 })
      const window = await readWindow(collector.db, {
        from: new Date(start.takenAt),
        to: new Date(first.takenAt),
      })
      assert.equal(window?.intervals.gaps, gapFlags.targetedReset)
      assert.equal(window.intervals.incompleteIntervals, 1)
      await collector.run('supabase_admin', reset)
      assert.equal((await collector.snapshot()).gaps, gapFlags.targetedReset)
    })

    await t.test(
      'notices a reset of one entry without the call, where the entry is gone',
      async () => {
        await collector.run('anon', "select 1 as hidden, 'a'::bytea")
        const start = await collector.snapshot()
        await collector.run(
          'supabase_admin',
          `set pg_stat_statements.track = 'none'`,
          `select extensions.pg_stat_statements_reset('anon'::regrole, 0, 0)`,
          'reset pg_stat_statements.track',
        )
        assert.equal((await collector.snapshot()).gaps, gapFlags.targetedReset)
        // Nothing is known to have run, so it is not listed.
        assert.deepEqual(await since(collector, start, 'as hidden'), [])
      },
    )

    await t.test('notices a reset from another database', async () => {
      const elsewhere = await collector.elsewhere()
      await elsewhere.run(
        'supabase_admin',
        'create schema extensions',
        'create extension pg_stat_statements with schema extensions',
        `select extensions.pg_stat_statements_reset(1, 2, 3), 'elsewhere'`,
      )
      await collector.run('anon', 'select 1 as something_new, 2, 3, 4')
      await collector.snapshot()
      assert.equal((await collector.snapshot()).gaps, gapFlags.targetedReset, 'its calls are new')
      assert.equal((await collector.snapshot()).gaps, 0)
      await elsewhere.run(
        'supabase_admin',
        `select extensions.pg_stat_statements_reset(1, 2, 3), 'elsewhere'`,
      )
      assert.equal((await collector.snapshot()).gaps, gapFlags.targetedReset)
      await elsewhere.close()
      // A collector that starts now takes what was called before for no news.
      await sql`
      update supascope.collector
      set database_id = 1, last_text_read_at = null, texts_wanted = true, reset_queryids = '{}',
        foreign_reset_calls = 0`.execute(collector.db)
      assert.equal((await collector.snapshot()).kind, 'baseline')
      assert.equal((await collector.snapshot()).gaps, 0)
    })

    await t.test('two at once count nothing twice', async () => {
      const start = await collector.snapshot()
      await collector.run('anon', ...Array(5).fill('select 1 as contended, now()'))
      const results = await Promise.all([collector.snapshot(), collector.snapshot()])
      await collector.snapshot()
      assert.ok(results.some(({ kind }) => kind === 'delta'))
      const [statement] = await since(collector, start, 'as contended')
      assert.equal(statement?.calls, 5)
    })

    await t.test('starts anew where the state speaks of another database', async () => {
      await sql`update supascope.collector set database_id = 1`.execute(collector.db)
      const result = await collector.snapshot()
      assert.deepEqual([result.kind, result.gaps], ['baseline', gapFlags.uncovered])
      assert.ok(result.entries > 10)
      assert.equal((await collector.snapshot()).kind, 'delta')
    })

    await t.test(
      'the gap before a baseline shows in a window across it, and not in one after it',
      async () => {
        const before = await collector.snapshot()
        await sql`update supascope.collector set extension_version = '1.0'`.execute(collector.db)
        const baseline = await collector.snapshot()
        await collector.snapshot()
        const across = await readWindow(collector.db, { from: new Date(0), to: soon() })
        assert.ok((across?.intervals.gaps ?? 0) & gapFlags.uncovered)
        assert.ok(across?.statements.every(({ mayMissCalls }) => mayMissCalls))
        const after = await readWindow(collector.db, {
          from: new Date(baseline.takenAt),
          to: soon(),
        })
        assert.equal(after?.intervals.gaps, 0)
        assert.equal(after.from, baseline.takenAt)
        assert.notEqual(after.from, before.takenAt)
      },
    )
  })
}
