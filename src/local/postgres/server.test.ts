import assert from 'node:assert/strict'
import {
  access,
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  utimes,
} from 'node:fs/promises'
import { createServer } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import pg from 'pg'
import { ScopeError } from '../../errors.ts'
import { type PostgresOptions, type PostgresServer, startPostgres } from './index.ts'

async function started(t: TestContext, options: PostgresOptions = {}): Promise<PostgresServer> {
  const server = await startPostgres({ cacheFolder, ...options })
  t.after(() => server.stop('immediate'))
  return server
}

async function query<Row extends pg.QueryResultRow>(url: string, text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Row>(text)).rows
  } finally {
    await client.end()
  }
}

/** Ours alone, so that what is left in it is ours. */
const cacheFolder = await mkdtemp(join(tmpdir(), 'supascope-cache-'))
// mkdtemp keeps others out, and as root we start the server under another account.
await chmod(cacheFolder, 0o755)
after(() => rm(cacheFolder, { recursive: true, force: true }))

test('two starters with an empty cache make one template and two servers', async (t) => {
  const servers = await Promise.all([started(t), started(t)])

  assert.equal((await readdir(join(cacheFolder, 'templates'))).length, 1)
  for (const server of servers) {
    assert.deepEqual(await query(server.url(), 'select current_user::text as role'), [
      { role: 'postgres' },
    ])
    await server.stop()
  }
  assert.deepEqual(await readdir(join(cacheFolder, 'runs')), [])
})

test('a fresh server has counted no statement of its making', async (t) => {
  const server = await started(t)
  const count = 'select count(*)::int as entries from extensions.pg_stat_statements'
  assert.deepEqual(await query(server.url(), count), [{ entries: 0 }])
})

test('a wrong password is refused, for every role', async (t) => {
  const server = await started(t)
  for (const role of ['postgres', 'supabase_admin', 'authenticator']) {
    const url = server.url('postgres', role)
    assert.equal((await query(url, 'select 1')).length, 1)
    await assert.rejects(query(url.replace(':postgres@', ':wrong@'), 'select 1'), { code: '28P01' })
  }
})

test('only this machine can connect', async (t) => {
  const server = await started(t)
  const [row] = await query<{ addresses: string; sockets: string }>(
    server.url(),
    "select current_setting('listen_addresses') as addresses, current_setting('unix_socket_directories') as sockets",
  )
  assert.deepEqual(row, { addresses: '127.0.0.1', sockets: '' })
  const other = Object.values(networkInterfaces())
    .flat()
    .find((entry) => entry?.family === 'IPv4' && !entry.internal)
  if (other === undefined) return t.diagnostic('this machine has no other address to try')
  const url = server.url().replace('127.0.0.1', other.address)
  await assert.rejects(query(url, 'select 1'), { code: 'ECONNREFUSED' })
})

test('settings are in force, can be overruled in SQL, and outlast a restart', async (t) => {
  const server = await started(t, { settings: { 'pg_stat_statements.max': 100 } })
  const settings = `select current_setting('pg_stat_statements.max') as max,
    current_setting('auto_explain.log_min_duration') as explain,
    current_setting('compute_query_id') as query_id,
    current_setting('track_io_timing') as io,
    current_setting('TimeZone') as zone,
    current_setting('pg_stat_statements.track') as track`
  const expected = { max: '100', explain: '10s', query_id: 'on', io: 'on', zone: 'UTC' }
  assert.deepEqual(await query(server.url(), settings), [{ ...expected, track: 'top' }])
  await query(
    server.url('postgres', 'supabase_admin'),
    "alter system set pg_stat_statements.track = 'all'",
  )
  await server.restart()
  assert.deepEqual(await query(server.url(), settings), [{ ...expected, track: 'all' }])
})

test('a restart keeps port and data; an immediate one is a crash', async (t) => {
  const server = await started(t)
  const { port } = server
  await query(server.url(), 'create table kept as select 1 as a')
  await query(server.url(), 'create unlogged table lost as select 1 as a')
  const counts =
    'select (select count(*) from kept)::int as kept, (select count(*) from lost)::int as lost'

  await server.restart('fast')
  assert.deepEqual(await query(server.url(), counts), [{ kept: 1, lost: 1 }])
  await server.restart('immediate')
  assert.deepEqual(await query(server.url(), counts), [{ kept: 1, lost: 0 }])
  assert.equal(server.port, port)
})

test('a server that was killed can be started again', async (t) => {
  const server = await started(t)
  await query(server.url(), 'create table kept as select 1 as a')
  const status = await readFile(join(server.dataDirectory, 'postmaster.pid'), 'utf8')
  process.kill(Number(status.split('\n')[0]), 'SIGKILL')
  await server.restart('immediate')
  assert.deepEqual(await query(server.url(), 'select a from kept'), [{ a: 1 }])
})

test('a stop ends open sessions, removes the data and can be repeated', async (t) => {
  const server = await started(t)
  const client = new pg.Client({ connectionString: server.url() })
  const ended = new Promise<Error>((resolve) => client.on('error', resolve))
  await client.connect()

  await server.stop()
  assert.match((await ended).message, /terminat/)
  await assert.rejects(access(server.dataDirectory), { code: 'ENOENT' })
  await assert.rejects(query(server.url(), 'select 1'), { code: 'ECONNREFUSED' })
  await server.stop()
})

test('a port in use is named, with what to do, and leaves nothing behind', async (t) => {
  const blocker = createServer()
  await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve))
  t.after(() => blocker.close())
  const address = blocker.address()
  assert.ok(address !== null && typeof address === 'object')

  await assert.rejects(startPostgres({ cacheFolder, port: address.port }), (error) => {
    assert.ok(error instanceof ScopeError)
    assert.equal(error.code, 'SCOPE_PORT_IN_USE')
    assert.ok(error.message.includes(String(address.port)))
    return true
  })
  assert.deepEqual(await readdir(join(cacheFolder, 'runs')), [])
})

test('what nobody has used for two weeks leaves the cache, what is used again stays', async (t) => {
  const templates = join(cacheFolder, 'templates')
  const [current = ''] = await readdir(templates)
  const old = new Date(Date.now() - 15 * 24 * 3600 * 1000)
  const recent = new Date(Date.now() - 13 * 24 * 3600 * 1000)
  await mkdir(join(templates, 'of-yore'))
  await mkdir(join(templates, 'of-late'))
  await utimes(join(templates, 'of-yore'), old, old)
  await utimes(join(templates, 'of-late'), recent, recent)
  await utimes(join(templates, current), old, old)
  const { ino } = await stat(join(templates, current))

  await started(t)
  assert.deepEqual((await readdir(templates)).sort(), [current, 'of-late'].sort())
  assert.equal((await stat(join(templates, current))).ino, ino)
})

test('a given port is used', async (t) => {
  const first = await started(t)
  await first.stop()
  const second = await started(t, { port: first.port })
  assert.equal(second.port, first.port)
})
