import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import { openSession, type Session, sessionIs, waitUntil } from '../../../test/sessions.ts'
import {
  type Capabilities,
  type Connection,
  connect,
  detectCapabilities,
  readWrite,
} from '../../db/index.ts'
import { type ActivitySample, takeActivitySample, watchActivity } from './index.ts'
import { storeGroups } from './store-activity.sql.ts'

for (const version of [15, 17, 18] as const) {
  describe(`a sample of the sessions on ${version}`, () => {
    const role = `short_${randomBytes(6).toString('hex')}`
    let database: TestDatabase
    let connection: Connection
    let capabilities: Capabilities
    let watcher: Session
    const opened: Session[] = []

    before(async () => {
      database = await testDatabase({ version, migrated: true })
      connection = await connect({ url: database.url })
      capabilities = await detectCapabilities(connection.db)
      watcher = await session(database.adminUrl)
      await watcher.client.query(`
        create table public.orders (id int primary key, note text);
        insert into public.orders values (1, 'a'), (2, 'b');
        create role ${role} login password 'postgres';
        alter role ${role} in database ${database.name} set statement_timeout = '3s';
        grant select, update on public.orders to ${role}`)
    })

    after(async () => {
      for (const one of opened) await one.close()
      await connection.close()
    })

    async function session(url: string, application?: string): Promise<Session> {
      const one = await openSession(url, application)
      opened.push(one)
      return one
    }

    /** One that looks at everything, however young. */
    function sample(): Promise<ActivitySample> {
      return takeActivitySample(connection.db, capabilities, { statementMs: 0, idleMs: 0 })
    }

    async function episodesOf(pid: number): Promise<Record<string, unknown>[]> {
      const { rows } = await watcher.client.query(
        'select * from supascope.activity_episodes where pid = $1 order by id',
        [pid],
      )
      return rows
    }

    test('tells a statement that its timeout ended, in a transaction for certain', async () => {
      const victim = await session(database.roleUrl(role), 'PostgREST 13')
      await victim.client.query('begin')
      const failed = victim.start("select pg_sleep(60), 'geheim', 4711")
      await waitUntil(watcher.client, sessionIs(victim.pid, "wait_event = 'PgSleep'"))
      const first = await sample()
      assert.ok(first.statements >= 1)
      assert.ok(first.followUpMs !== null && first.followUpMs > 0 && first.followUpMs < 3_100)
      assert.match(String(await failed), /statement timeout/)
      // The client learns of it a moment before the others.
      await waitUntil(watcher.client, sessionIs(victim.pid, "state <> 'active'"))
      const second = await sample()
      assert.equal(second.ended.timed_out, 1)
      const [episode, ...others] = await episodesOf(victim.pid)
      assert.deepEqual(
        others.map(({ kind }) => kind),
        ['idle'],
      )
      assert.equal(episode?.outcome, 'timed_out')
      assert.equal(episode.certain, true)
      assert.equal(episode.timeout_ms, 3_000)
      assert.equal(episode.pool, 'postgrest')
      assert.equal(episode.query, 'select pg_sleep($1), $2, $3')
      const took = Number(episode.ended_at) - Number(episode.started_at)
      assert.ok(took >= 2_900, String(took))
    })

    test('tells one that moved on to a rollback at its timeout', async () => {
      const victim = await session(database.roleUrl(role))
      await victim.client.query('begin')
      const failed = victim.start('select pg_sleep(61)')
      await waitUntil(watcher.client, sessionIs(victim.pid, "wait_event = 'PgSleep'"))
      await sample()
      await failed
      await victim.client.query('rollback')
      await sample()
      const [episode] = await episodesOf(victim.pid)
      assert.equal(episode?.outcome, 'timed_out')
      assert.equal(episode.certain, true)
    })

    test('looks again right after a timeout, however far apart its samples are', async () => {
      const victim = await session(database.roleUrl(role))
      await victim.client.query('begin')
      const failed = victim.start('select pg_sleep(62)')
      await waitUntil(watcher.client, sessionIs(victim.pid, "wait_event = 'PgSleep'"))
      await watchActivity(connection.db, capabilities, {
        everyMs: 3_600_000,
        forMs: 60_000,
        statementMs: 0,
        onSample: ({ ended }) => ended.timed_out === 0,
      })
      assert.match(String(await failed), /statement timeout/)
      const [episode] = await episodesOf(victim.pid)
      assert.deepEqual([episode?.outcome, episode?.sightings], ['timed_out', 1])
    })

    test('tells who waits for whom, and what the one in front of all does', async () => {
      const holder = await session(database.url, 'holder')
      const middle = await session(database.url)
      const last = await session(database.url)
      await holder.client.query("begin; update public.orders set note = 'c' where id = 1")
      const second = middle.start("update public.orders set note = 'd' where id = 1")
      await waitUntil(watcher.client, sessionIs(middle.pid, "wait_event_type = 'Lock'"))
      const third = last.start("update public.orders set note = 'e' where id = 1")
      await waitUntil(watcher.client, sessionIs(last.pid, "wait_event_type = 'Lock'"))
      // The server marks the begin of a wait only after a moment.
      const marked = 'select count(*) = 2 from pg_locks where waitstart < clock_timestamp()'
      await waitUntil(watcher.client, `${marked} and pid in (${middle.pid}, ${last.pid})`)
      const taken = await sample()
      assert.ok(taken.blocked >= 2)
      for (const { pid } of [middle, last]) {
        const [episode] = await episodesOf(pid)
        assert.equal(episode?.kind, 'statement')
        assert.equal(episode.lock_object, 'public.orders')
        assert.ok(Number(episode.blocked_ms) >= 0)
        const root = episode.root as Record<string, unknown>
        assert.equal(root.pid, holder.pid)
        assert.equal(root.application, 'holder')
        assert.equal(root.state, 'idle in transaction')
        assert.equal(root.query, "begin; update public.orders set note = '…' where id = '…'")
      }
      const [idle] = await episodesOf(holder.pid)
      assert.equal(idle?.kind, 'idle')
      assert.equal(idle.blocking_peak, 2)
      await holder.client.query('commit')
      await Promise.all([second, third])
      const working = `from pg_stat_activity where pid in (${middle.pid}, ${last.pid})`
      await waitUntil(watcher.client, `select bool_and(state = 'idle') ${working}`)
      await sample()
      for (const { pid } of [middle, last, holder]) {
        const [episode] = await episodesOf(pid)
        assert.equal(episode?.outcome, 'finished')
      }
    })

    test('adds up the connections of a minute by pool, role and state', async () => {
      const { rows } = await watcher.client.query(`
        select sum(m.samples)::int as samples, max(m.connections_peak) as peak,
          (select count(*)::int from supascope.activity_groups where pool = 'postgrest') as rest,
          (select max(max_connections) from supascope.activity_minutes) as most
        from supascope.activity_minutes m`)
      const [{ samples, peak, rest, most }] = rows
      assert.ok(samples >= 6)
      assert.ok(peak >= 4)
      assert.ok(rest >= 1)
      assert.ok(most >= peak)
    })

    test('in a burst looks many times, and the samples of the minute say so', async () => {
      const sums = 'select sum(samples)::int as n from supascope.activity_minutes'
      const before = (await watcher.client.query(sums)).rows[0].n
      await takeActivitySample(connection.db, capabilities, { burstMs: 500 })
      const looks = (await watcher.client.query(sums)).rows[0].n - before
      assert.ok(looks >= 2 && looks <= 6, String(looks))
    })
  })
}

describe('a sampler', () => {
  test('that finds another at work leaves it alone, and gives up where the tables are held', async () => {
    const database = await testDatabase({ migrated: true })
    const connection = await connect({ url: database.url })
    const holder = await openSession(database.adminUrl)
    try {
      const capabilities = await detectCapabilities(connection.db)
      await holder.client.query('begin; select from supascope.activity_sampler for update')
      const sample = await takeActivitySample(connection.db, capabilities)
      assert.equal(sample.kind, 'skipped')
      await holder.client.query('lock table supascope.activity_sampler in access exclusive mode')
      await assert.rejects(
        takeActivitySample(connection.db, capabilities, { limits: { lockTimeoutMs: 50 } }),
        { code: 'SCOPE_DB_BUSY' },
      )
      // Whoever rebuilds the catalog holds up everybody; the sampler does not queue for long.
      await holder.client.query(
        'rollback; begin; lock table pg_catalog.pg_db_role_setting in access exclusive mode',
      )
      await assert.rejects(
        takeActivitySample(connection.db, capabilities, {
          idleMs: 0,
          limits: { statementTimeoutMs: 100 },
        }),
        { code: 'SCOPE_DB_TIMEOUT' },
      )
    } finally {
      await holder.close()
      await connection.close()
    }
  })

  test('deletes what is old and what is too much', async () => {
    const database = await testDatabase({ migrated: true })
    const connection = await connect({ url: database.url })
    const admin = await openSession(database.adminUrl)
    try {
      const capabilities = await detectCapabilities(connection.db)
      await admin.client.query(`
        insert into supascope.activity_groups
          select now() - d * interval '1 day', 'direct', 'r', 'a', 'idle', '', '', 1, 1
          from unnest(array[2, 4]) d;
        insert into supascope.activity_minutes
          select now() - d * interval '1 day', 1, 1, 1, 1, 1, 1, 1 from unnest(array[34, 36]) d;
        insert into supascope.activity_episodes (kind, pid, backend_start, started_at, first_seen_at,
            last_seen_at, sightings, pool, role_name, application, state, query)
          select 'statement', n, now(), now(), now(), now() - d * interval '1 day', 1, 'direct', 'r',
            'a', 'active', 'select 1'
          from unnest(array[36, 34]) d, generate_series(1 + d * 100000, 10003 + d * 100000) n`)
      await takeActivitySample(connection.db, capabilities)
      const { rows } = await admin.client.query(`
        select (select count(*)::int from supascope.activity_groups where pool = 'direct' and role_name = 'r') as groups,
          (select count(*)::int from supascope.activity_minutes where samples = 1
            and minute < now() - interval '1 hour') as minutes,
          (select count(*)::int from supascope.activity_episodes) as episodes`)
      assert.deepEqual(rows, [{ groups: 1, minutes: 1, episodes: 10003 }])
      await admin.client.query(`
        update supascope.activity_sampler set last_pruned_at = '-infinity';
        insert into supascope.activity_episodes (kind, pid, backend_start, started_at, first_seen_at,
            last_seen_at, sightings, pool, role_name, application, state, query)
          select 'idle', n, now(), now(), now(), now(), 1, 'direct', 'r', 'a', 'idle', 'select 1'
          from generate_series(1, 12000) n`)
      await takeActivitySample(connection.db, capabilities)
      const { rows: left } = await admin.client.query(
        'select count(*)::int as n from supascope.activity_episodes',
      )
      assert.deepEqual(left, [{ n: 20_000 }])
    } finally {
      await admin.close()
      await connection.close()
    }
  })

  test('asks for the right to see others, by the statement that gives it', async () => {
    const database = await testDatabase({ migrated: true })
    const connection = await connect({ url: database.url })
    try {
      const capabilities = await detectCapabilities(connection.db)
      const role = { ...capabilities.role, name: 'blind', readAllStats: false }
      await assert.rejects(takeActivitySample(connection.db, { ...capabilities, role }), {
        code: 'SCOPE_DB_PRIVILEGE',
        hint: 'grant pg_monitor to "blind"',
      })
    } finally {
      await connection.close()
    }
  })

  test('keeps a minute small, whatever programs call themselves', async () => {
    const database = await testDatabase({ migrated: true })
    const connection = await connect({ url: database.url })
    try {
      const now = '2026-11-20T12:00:30.000000Z'
      const groups = (round: number): Parameters<typeof storeGroups>[2] =>
        Array.from({ length: 150 }, (_, i) => ({
          pool: 'direct',
          role_name: 'app',
          application: `'); drop table x; -- ${round} ${i}`,
          state: 'idle',
          wait_type: '',
          wait_event: '',
          backends: 2,
          peak: 2,
        }))
      for (const round of [1, 1, 2]) {
        await readWrite(connection.db, (trx) => storeGroups(trx, now, groups(round)))
      }
      const rows = await connection.db
        .selectFrom('supascope.activity_groups')
        .select(['application', 'backends'])
        .execute()
      assert.equal(rows.length, 61)
      assert.equal(
        rows.reduce((sum, { backends }) => sum + backends, 0),
        900,
      )
      assert.ok(rows.some(({ application }) => application === '(others)'))
    } finally {
      await connection.close()
    }
  })
})
