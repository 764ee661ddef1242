import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import {
  ownServer,
  startTestServers,
  testDatabase,
  testServersVariable,
  unavailable,
} from './database.ts'

async function value(url: string, ...statements: string[]): Promise<unknown> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    let result: pg.QueryArrayResult<unknown[]> | undefined
    for (const text of statements) result = await client.query({ text, rowMode: 'array' })
    return result?.rows[0]?.[0]
  } finally {
    await client.end()
  }
}

test('every database is fresh, and gone when dropped', async () => {
  const [first, second] = await Promise.all([testDatabase(), testDatabase()])
  await value(first.url, 'create table public.mine ()')
  assert.equal(await value(second.url, `select to_regclass('public.mine')`), null)
  assert.equal(await value(first.url, 'select current_database()'), first.name)

  const idle = new pg.Client({ connectionString: first.url })
  idle.on('error', () => undefined)
  await idle.connect()
  await first.drop()
  await assert.rejects(value(first.url, 'select 1'), { code: '3D000' })
  await first.drop()
  await second.drop()
})

test('a migrated database has our schema, made by postgres, and the others do not', async () => {
  const owner = `select nspowner::regrole::text from pg_namespace where nspname = 'supascope'`
  assert.equal(await value((await testDatabase({ migrated: true })).url, owner), 'postgres')
  assert.equal(await value((await testDatabase()).url, owner), undefined)
})

test('postgres owns its database and is no superuser in it', async () => {
  const { url, adminUrl } = await testDatabase()
  const owner = 'select datdba::regrole::text from pg_database where datname = current_database()'
  assert.equal(await value(url, owner), 'postgres')
  assert.equal(await value(url, 'show is_superuser'), 'off')
  assert.equal(await value(adminUrl, 'show is_superuser'), 'on')
})

test("the runner's servers are used and not started again", async (t) => {
  const { environment, skipped, stop } = await startTestServers([17])
  t.after(stop)
  assert.deepEqual(skipped, [])
  const before = process.env[testServersVariable]
  t.after(() => {
    if (before === undefined) delete process.env[testServersVariable]
    else process.env[testServersVariable] = before
  })
  Object.assign(process.env, environment)
  const given = JSON.parse(environment[testServersVariable] ?? '{}')
  const database = await testDatabase()
  assert.equal(database.port, given['17'].port)
  assert.equal(database.version, given['17'].version)

  process.env[testServersVariable] = JSON.stringify({ debian15: { unavailable: 'no such thing' } })
  assert.equal(await unavailable('debian15'), 'no such thing')
  await assert.rejects(testDatabase({ version: 'debian15' }), /no server debian15: no such thing/)
})

test('an own server has statistics and settings of its own', async (t) => {
  const server = await ownServer(t, { migrated: true, settings: { 'pg_stat_statements.max': 100 } })
  const admin = server.url('postgres', 'supabase_admin')
  assert.equal(await value(admin, 'show pg_stat_statements.max'), '100')
  await value(admin, 'select extensions.pg_stat_statements_reset()')
  assert.equal(
    await value(server.url(), `select count(*)::int from extensions.pg_stat_statements(true)`),
    1,
  )
  assert.equal(await value(server.url(), 'select count(*)::int from supascope.collector'), 1)
})

const distributed = ['hypopg', 'pgtap', 'plpgsql_check']

for (const version of ['debian15', 'trixie17'] as const) {
  const skip = await unavailable(version)

  test(`${version} brings ${distributed.join(', ')}`, { skip }, async () => {
    const { url } = await testDatabase({ version, extensions: distributed })
    const installed = `select count(*)::int from pg_extension where extname = any('{${distributed}}')`
    assert.equal(await value(url, installed), distributed.length)
    const hypothetical = `select indexname from extensions.hypopg_create_index('create index on t (a)')`
    assert.match(
      String(await value(url, 'create table public.t (a int)', hypothetical)),
      /btree_t_a/,
    )
  })

  test(`${version} takes jobs of pg_cron from postgres`, { skip }, async (t) => {
    const server = await ownServer(t, { version, extensions: ['pg_cron'] })
    const url = server.url()
    await value(url, `select cron.schedule('supascope_test', '* * * * *', 'select 1')`)
    assert.equal(await value(url, 'select username from cron.job'), 'postgres')
    await assert.rejects(value(url, 'delete from cron.job'), { code: '42501' })
    const worker = `select count(*)::int from pg_stat_activity where backend_type like 'pg_cron%'`
    assert.equal(await value(server.url('postgres', 'supabase_admin'), worker), 1)
  })
}

test('trixie17 runs a job of pg_cron', {
  skip: await unavailable('trixie17'),
  timeout: 60_000,
}, async (t) => {
  const server = await ownServer(t, { version: 'trixie17', extensions: ['pg_cron'] })
  await value(server.url(), `select cron.schedule('supascope_test', '1 second', 'select 1')`)
  const outcome = `select status from cron.job_run_details where status in ('succeeded', 'failed')`
  let status: unknown
  while (status === undefined) status = await value(server.url(), outcome)
  assert.equal(status, 'succeeded')
})

test('trixie17 can hide an index from the planner', {
  skip: await unavailable('trixie17'),
}, async () => {
  const { url } = await testDatabase({ version: 'trixie17', extensions: ['hypopg'] })
  const plan = await value(
    url,
    'create table public.t as select a from generate_series(1, 10000) as a',
    'create index t_a on public.t (a)',
    'analyze public.t',
    `select extensions.hypopg_hide_index('t_a'::regclass)`,
    'explain select a from public.t where a = 1',
  )
  assert.match(String(plan), /Seq Scan/)
})
