/**
 * Probes see what the role may see, say what they could not, and wait for nobody: as `postgres`, as
 * a role that has pg_monitor alone, and beside sessions that hold tables and indexes exclusively.
 */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import pg from 'pg'
import { readFacts } from '../../src/collect/catalog/index.ts'
import { connect, detectCapabilities, type Limits } from '../../src/db/index.ts'
import type { SeenFacts } from '../../src/facts/index.ts'
import { type TestDatabase, testDatabase } from '../database.ts'

/** A lock that is never released ends a probe by this alone. */
const limits: Limits = { statementTimeoutMs: 30_000, lockTimeoutMs: 200 }

const objects = `
  create table public.held (
    id int generated always as identity primary key,
    word text default lower('X') check (word <> ''),
    doubled int generated always as (length(word) * 2) stored,
    part int references public.held (id));
  create index held_part on public.held (lower(word)) where part is not null;
  create view public.held_view as select id from public.held;
  create materialized view public.held_stored as select id from public.held;
  create table public.held_p (id int primary key, word text) partition by range (id);
  create table public.held_p1 partition of public.held_p for values from (0) to (10);
  create table public.beside (id int, word text default 'x');
  create index beside_word on public.beside (lower(word)) where id > 0;
  create index beside_id on public.beside (id);
  create sequence public.held_numbers;
  alter table public.held enable row level security;
  create policy own on public.held for select to authenticated using (id > length(word));
  create function public.held_trigger() returns trigger language plpgsql set search_path = ''
    as $$ begin perform 1 from public.beside; return new; end $$;
  create trigger work before insert on public.held
    for each row execute function public.held_trigger();
  insert into public.held (word) select 'x' from generate_series(1, 100);
  insert into public.beside (id) select generate_series(1, 100);
  analyze public.held, public.beside`

for (const version of [15, 17, 18] as const) {
  describe(`probes on ${version}`, async () => {
    const database = await planted(version)

    test('as postgres all of them answer', async () => {
      const { seen, unseen } = await facts(database.url)
      assert.deepEqual(unseen, {})
      assert.ok(tableNamed(seen, 'held').heapBytes > 0)
    })

    test('with pg_monitor alone nothing throws, and what is hidden is unseen or null', async (t) => {
      const role = await monitor(database)
      t.after(role.drop)
      const all = Object.keys((await facts(database.url)).seen)
      const { seen, unseen } = await facts(database.roleUrl(role.name))
      assert.deepEqual([...Object.keys(seen), ...Object.keys(unseen)].toSorted(), all.toSorted())
      for (const { why, remedy } of Object.values(unseen)) {
        assert.notEqual(why, '')
        assert.notEqual(remedy, '')
      }
      // The catalogs are everyone's; the values of columns and sequences are not.
      const held = tableNamed(seen, 'held')
      const widths = seen.columns?.filter(({ tableOid }) => tableOid === held.oid) ?? []
      assert.equal(widths.length, 4)
      assert.ok(widths.every(({ averageWidth, nullShare }) => averageWidth ?? nullShare === null))
      assert.deepEqual(
        seen.sequences?.filter(({ schema }) => schema === 'public').map((one) => one.lastValue),
        [null, null],
      )
      assert.match(unseen.tableGrowth?.why ?? '', /permission denied/)
      // With pg_monitor sessions are no secret.
      assert.ok(seen.horizon !== undefined && seen.autovacuumWorkers !== undefined)
    })

    test('without any right the sessions are unseen, and not taken for none', async (t) => {
      const role = await monitor(database, '')
      t.after(role.drop)
      const { unseen } = await facts(database.roleUrl(role.name))
      for (const name of ['horizon', 'autovacuumWorkers'] as const) {
        assert.match(unseen[name]?.remedy ?? '', /grant pg_monitor/)
      }
    })

    test('they answer while others hold tables, indexes and sequences', async (t) => {
      const locks = [
        'lock table public.held, public.held_p in access exclusive mode',
        // Its index exclusively, the table against writes.
        'reindex index public.beside_word',
        'alter sequence public.held_numbers restart',
      ]
      const releases = await Promise.all(locks.map((lock) => hold(database, lock)))
      t.after(() => Promise.all(releases.map((release) => release())))
      const { seen, unseen } = await facts(database.url)
      assertHeldUp(unseen)
      assert.deepEqual(
        Object.keys(unseen).filter((name) => !printing.has(name)),
        [],
      )
      assert.ok(tableNamed(seen, 'held').heapBytes > 0)
    })

    test('whose table is held ends by its lock timeout, and says so', async (t) => {
      const tables = await ownTables(database)
      t.after(await hold(database, `lock table ${tables.join(', ')} in access exclusive mode`))
      const { seen, unseen } = await facts(database.url)
      assert.match(unseen.tableGrowth?.why ?? '', /lock timeout/)
      assertHeldUp(unseen)
      // Those that ask the catalogs alone have answered.
      assert.ok(seen.tables !== undefined && seen.views !== undefined)
    })

    test('none outlives its statement timeout', async () => {
      const { unseen } = await facts(database.url, { statementTimeoutMs: 1, lockTimeoutMs: 1 })
      assert.ok(Object.keys(unseen).length > 0)
      assertHeldUp(unseen)
    })
  })
}

/** The server prints expressions of a table under a lock on it: these may end by their timeout. */
const printing: ReadonlySet<string> = new Set(['columns', 'constraints', 'indexes', 'policies'])

function assertHeldUp(unseen: SeenFacts['unseen']): void {
  for (const [name, { why }] of Object.entries(unseen)) {
    assert.match(why, /canceling statement due to/, name)
  }
}

async function planted(version: 15 | 17 | 18): Promise<TestDatabase> {
  const database = await testDatabase({ version, migrated: true })
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  await client.query(objects)
  await client.end()
  return database
}

async function facts(url: string, bounds: Limits = limits): Promise<SeenFacts> {
  const connection = await connect({ url })
  try {
    const capabilities = await detectCapabilities(connection.db)
    return await readFacts(connection.db, capabilities, { limits: bounds })
  } finally {
    await connection.close()
  }
}

function tableNamed(
  seen: SeenFacts['seen'],
  wanted: string,
): NonNullable<SeenFacts['seen']['tables']>[number] {
  const table = seen.tables?.find(({ schema, name }) => schema === 'public' && name === wanted)
  assert.ok(table, `the table ${wanted} was not seen`)
  return table
}

/** A role of this test's own: roles belong to the server, which others use too. */
async function monitor(
  { adminUrl }: TestDatabase,
  grants = 'in role pg_monitor',
): Promise<{ name: string; drop: () => Promise<void> }> {
  const name = `probes_${randomBytes(6).toString('hex')}`
  const run = async (statement: string): Promise<void> => {
    const admin = new pg.Client({ connectionString: adminUrl })
    await admin.connect()
    await admin.query(statement)
    await admin.end()
  }
  await run(`create role ${name} login password 'postgres' ${grants}`)
  return { name, drop: () => run(`drop role ${name}`) }
}

/** Runs it in a transaction that stays open until the returned function ends it. */
async function hold({ adminUrl }: TestDatabase, statement: string): Promise<() => Promise<void>> {
  const holder = new pg.Client({ connectionString: adminUrl })
  await holder.connect()
  await holder.query('begin')
  await holder.query(statement)
  return () => holder.end()
}

async function ownTables({ url }: TestDatabase): Promise<string[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query<{ name: string }>(
    `select oid::regclass::text as name from pg_class
    where relnamespace = 'supascope'::regnamespace and relkind = 'r' and not relispartition
      -- Read before any probe: whoever may not is told by the capabilities.
      and relname <> 'schema_migrations'`,
  )
  await client.end()
  return rows.map(({ name }) => name)
}
