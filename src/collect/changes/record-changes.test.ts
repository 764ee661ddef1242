import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import pg from 'pg'
import { testDatabase } from '../../../test/database.ts'
import { describeChange } from '../../analyze/regressions/index.ts'
import { type Capabilities, type Connection, connect, detectCapabilities } from '../../db/index.ts'
import { storeMark } from '../marks/index.ts'
import { readChanges, recordChanges } from './index.ts'

const now = { seconds: 0 }

for (const version of [15, 17, 18] as const) {
  describe(`what changes, on ${version}`, () => {
    let connection: Connection
    let capabilities: Capabilities
    let admin: pg.Client
    let name: string
    before(async () => {
      const database = await testDatabase({ version, migrated: true })
      name = database.name
      connection = await connect({ url: database.url })
      capabilities = await detectCapabilities(connection.db)
      admin = new pg.Client({ connectionString: database.adminUrl })
      await admin.connect()
      await admin.query(`
        create table public.t (a int, b int);
        create index t_a on public.t (a);
        create schema if not exists supabase_migrations;
        create table if not exists supabase_migrations.schema_migrations (version text, name text);
        grant usage on schema supabase_migrations to postgres;
        grant select on supabase_migrations.schema_migrations to postgres;`)
    })
    after(async () => {
      await admin.end()
      await connection.close()
    })

    /** What a look notes, without its time, and without what other tests change in the server. */
    async function noted(): Promise<string[]> {
      const { db } = connection
      await sql`delete from supascope.changes`.execute(db)
      await recordChanges(db, capabilities, now)
      const span = { from: new Date(Date.now() - 3_600_000), to: new Date(Date.now() + 60_000) }
      const changes = await readChanges(db, span)
      return changes
        .filter(({ kind, object }) => kind !== 'server' && !object.startsWith('role '))
        .map((change) => describeChange(change).replace(/ \([^()]* UTC\)$/, ''))
        .sort()
    }

    test('takes what it first sees for what was there, and then only what differs', async () => {
      assert.deepEqual(await noted(), [])
      assert.deepEqual(await noted(), [])
      assert.equal(await recordChanges(connection.db, capabilities), null, 'it has just looked')
    })

    test('notes each kind of change once', async () => {
      await admin.query(`
        drop index public.t_a;
        create index t_b on public.t (b);
        alter table public.t add column c int, enable row level security;
        create policy own on public.t using (a = 1);
        create function public.f(x int) returns int language sql as 'select 1';
        create function public.touch() returns trigger language plpgsql as 'begin return new; end';
        create trigger touched before update on public.t for each row execute function public.touch();
        insert into supabase_migrations.schema_migrations values ('20261123000000', 'own_rows');
        alter database ${name} set work_mem = '5MB';
        alter database ${name} set "app.key" = 'a secret';`)
      assert.deepEqual(await noted(), [
        'function public.f(x integer) created',
        'function public.touch() created',
        'index public.t_a dropped',
        'index public.t_b created',
        'migration 20261123000000 own_rows',
        'policy public.t: own created',
        'setting of database: work_mem set to 5MB',
        'table public.t changed',
        'trigger public.t: touched created',
      ])
      assert.deepEqual(await noted(), [])
      const { rows } = await sql<{ n: number }>`
        select count(*)::int as n from supascope.known_objects where value like '%secret%'`.execute(
        connection.db,
      )
      assert.equal(rows[0]?.n, 0)
    })

    test('notes what was changed, rebuilt and taken back', async () => {
      await admin.query(`
        alter policy own on public.t using (a = 2);
        create or replace function public.f(x int) returns int language sql as 'select 2';
        reindex index public.t_b;
        drop index public.t_b;
        create index t_b on public.t (a);
        alter database ${name} set work_mem = '6MB';
        alter table public.t disable trigger touched;`)
      assert.deepEqual(await noted(), [
        'function public.f(x integer) changed',
        'index public.t_b changed',
        'policy public.t: own changed',
        'setting of database: work_mem 5MB → 6MB',
        'trigger public.t: touched changed',
      ])
      await admin.query(`alter database ${name} reset work_mem; drop table public.t;`)
      assert.deepEqual(await noted(), [
        'index public.t_b dropped',
        'policy public.t: own dropped',
        'setting of database: work_mem no longer 6MB',
        'table public.t dropped',
        'trigger public.t: touched dropped',
      ])
    })

    test('a kind that could not be looked at is not taken for dropped', async () => {
      await admin.query('revoke select on supabase_migrations.schema_migrations from postgres')
      assert.deepEqual(await noted(), [])
      await admin.query('grant select on supabase_migrations.schema_migrations to postgres')
      await noted()
      assert.deepEqual(await noted(), [])
    })

    test('knows when the server was restarted', async () => {
      const { db } = connection
      await sql`
        update supascope.known_objects set value = '2020-01-01T00:00:00Z'
        where kind = 'server' and object = 'started'`.execute(db)
      await recordChanges(db, capabilities, now)
      const changes = await readChanges(db, { from: new Date(0), to: new Date() })
      const restart = changes.find(({ object }) => object === 'started')
      const { rows } = await sql<{ at: Date }>`select pg_postmaster_start_time() as at`.execute(db)
      assert.deepEqual(
        [restart?.after, restart?.at],
        [rows[0]?.at.getTime(), rows[0]?.at.getTime()],
      )
      assert.match(restart === undefined ? '' : describeChange(restart), /^server restarted \(/)
    })

    test('bounds what a flood leaves, and forgets what is old', async () => {
      const { db } = connection
      const tables = Array.from({ length: 250 }, (_, i) => `create table public.flood_${i} ();`)
      await admin.query(tables.join('\n'))
      const flood = (await noted()).length
      assert.ok(flood > 150 && flood <= 200, String(flood))
      assert.deepEqual(await noted(), [], 'what was too much is known all the same')
      await sql`
        insert into supascope.changes (after, at, kind, object)
        select now() - interval '36 days', now() - interval '36 days', 'index', 'old'
        from generate_series(1, 3)`.execute(db)
      await sql`
        insert into supascope.changes (after, at, kind, object)
        select now(), now(), 'index', 'many' from generate_series(1, 5100)`.execute(db)
      await recordChanges(db, capabilities, now)
      const { rows } = await sql<{ object: string; n: number }>`
        select object, count(*)::int as n from supascope.changes
        where object in ('old', 'many') group by 1`.execute(db)
      assert.equal(rows.length, 1)
      assert.ok(rows[0]?.object === 'many' && rows[0].n > 4_900 && rows[0].n <= 5_000)
    })

    test('two that look at once note each change once', async () => {
      await sql`delete from supascope.changes`.execute(connection.db)
      await admin.query('create table public.once (); create index on public.flood_1 ((1));')
      await Promise.all(
        Array.from({ length: 4 }, () => recordChanges(connection.db, capabilities, now)),
      )
      const { rows } = await sql<{ n: number }>`
        select count(*)::int as n from supascope.changes
        where object like 'public.%'`.execute(connection.db)
      assert.equal(rows[0]?.n, 2)
    })

    test('tells marks among the changes', async () => {
      await sql`delete from supascope.changes`.execute(connection.db)
      const at = new Date(Date.now() - 1_000)
      const mark = { name: 'deploy "v42"', at, by: 'kim' }
      assert.equal((await storeMark(connection.db, mark)).made, true)
      assert.equal((await storeMark(connection.db, mark)).made, false)
      const span = { from: new Date(at.getTime() - 1), to: new Date(at.getTime() + 1) }
      assert.deepEqual(
        (await readChanges(connection.db, span)).map(({ kind, object }) => [kind, object]),
        [['mark', 'deploy "v42"']],
      )
    })
  })
}
