import assert from 'node:assert/strict'
import { chown, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import type { ErrorCode } from '../../src/errors.ts'
import type { PostgresServer } from '../../src/local/postgres/index.ts'
import { ownServer, type TestDatabase, testDatabase } from '../database.ts'
import { runAll } from '../servers/shared.ts'
import { assertFailure, type Run, supascope } from '../supascope.ts'

function run(url: string, ...args: string[]): Promise<Run> {
  return supascope(args, { env: { SUPASCOPE_DB_URL: url } })
}

/** What `doctor` says of one check. */
async function check(
  url: string,
  name: string,
): Promise<{ status: string; detail: string; remedy: string; exit: number | null }> {
  const { stdout, stderr, status } = await run(url, 'doctor', '--format', 'json')
  assert.equal(stderr, '')
  const { ok, checks } = JSON.parse(stdout)
  assert.equal(status, ok ? 0 : 3)
  const found = checks.find((one: { name: string }) => one.name === name)
  assert.ok(found, `no check ${name}`)
  return { ...found, exit: status }
}

async function assertAllFail(url: string, commands: string[], code: ErrorCode): Promise<void> {
  for (const command of commands) assertFailure(await run(url, command), { status: 3, code })
}

describe('a database that lacks something', { concurrency: 2 }, () => {
  it('the extension: what doctor says mends it', async () => {
    const database = await testDatabase({ migrated: true })
    await runAll(database.adminUrl, ['drop extension pg_stat_statements'])
    await assertAllFail(database.url, ['snapshot', 'report'], 'SCOPE_PGSS_MISSING')
    const { status, remedy, exit } = await check(database.url, 'pg_stat_statements')
    assert.deepEqual({ status, exit }, { status: 'fail', exit: 3 })
    await runAll(database.adminUrl, [remedy])
    assert.equal((await run(database.url, 'snapshot')).status, 0)
    assert.equal((await check(database.url, 'pg_stat_statements')).status, 'ok')
  })

  it('the library: what doctor says mends it, after a restart', async (t) => {
    const server = await ownServer(t, {
      migrated: true,
      settings: { shared_preload_libraries: 'auto_explain' },
    })
    await assertAllFail(server.url(), ['snapshot', 'report'], 'SCOPE_PGSS_NOT_LOADED')
    const { status, remedy } = await check(server.url(), 'pg_stat_statements')
    assert.equal(status, 'fail')
    const [setting, rest] = remedy.split(';')
    assert.equal(rest, ' and restart the server')
    await runAll(server.url('postgres', 'supabase_admin'), [String(setting)])
    await server.restart()
    assert.equal((await run(server.url(), 'report')).status, 0)
  })

  it('an extension that counts nothing, and one without statement ids', async (t) => {
    const server = await ownServer(t)
    const admin = server.url('postgres', 'supabase_admin')
    for (const [setting, name] of [
      ["pg_stat_statements.track = 'none'", 'pg_stat_statements_track'],
      ["compute_query_id = 'off'", 'compute_query_id'],
    ]) {
      await runAll(admin, [`alter system set ${setting}`, 'select pg_reload_conf()'])
      const { status, remedy } = await check(server.url(), String(name))
      assert.equal(status, 'fail')
      await runAll(admin, remedy.split(';').filter(Boolean))
      assert.equal((await check(server.url(), String(name))).status, 'ok')
    }
  })

  it('an extension that is nearly full', async (t) => {
    const server = await ownServer(t, { settings: { 'pg_stat_statements.max': 100 } })
    const many = Array.from({ length: 120 }, (_, i) => `select ${'1,'.repeat(i)} 1`)
    await runAll(server.url(), many)
    const { status, detail, remedy } = await check(server.url(), 'pg_stat_statements_fill')
    assert.equal(status, 'warn')
    assert.match(detail, /of 100 entries; \d+ evictions/)
    assert.match(remedy, /pg_stat_statements\.max = 200/)
  })

  it('an old version of the extension', async () => {
    const database = await testDatabase()
    await runAll(database.adminUrl, [
      'drop extension pg_stat_statements',
      "create extension pg_stat_statements with schema extensions version '1.8'",
    ])
    await assertAllFail(database.url, ['report'], 'SCOPE_PGSS_OUTDATED')
    const { status, remedy } = await check(database.url, 'pg_stat_statements')
    assert.equal(status, 'fail')
    await runAll(database.adminUrl, [remedy])
    assert.equal((await check(database.url, 'pg_stat_statements')).status, 'ok')
  })

  it('our schema: report works all the same, snapshot says what to run', async () => {
    const database = await testDatabase()
    assertFailure(await run(database.url, 'snapshot'), {
      status: 3,
      code: 'SCOPE_SCHEMA_MISSING',
      hint: /supascope migrate/,
    })
    const report = await run(database.url, 'report', '--format', 'json')
    assert.equal(report.stderr, '')
    assert.equal(JSON.parse(report.stdout).window.source, 'lifetime')
    assertFailure(await run(database.url, 'report', '--since', '1h'), {
      status: 2,
      code: 'SCOPE_USAGE',
      message: /no snapshots stored/,
      hint: /supascope migrate && supascope snapshot/,
    })
  })
})

describe('a role that may do nothing', () => {
  let database: TestDatabase
  before(async () => {
    database = await testDatabase({ migrated: true })
  })

  it('is told what to ask for', async () => {
    const url = database.roleUrl('authenticator')
    await assertAllFail(url, ['report'], 'SCOPE_PGSS_UNREADABLE')
    await assertAllFail(url, ['snapshot', 'migrate'], 'SCOPE_DB_PRIVILEGE')
    const { status, remedy } = await check(url, 'role_statistics')
    assert.deepEqual(
      { status, remedy },
      { status: 'fail', remedy: 'grant pg_monitor to authenticator;' },
    )
  })
})

describe('a read replica', () => {
  /** Turns a server into a standby that waits for a primary. */
  async function demote(server: PostgresServer): Promise<void> {
    const signal = join(server.dataDirectory, 'standby.signal')
    await writeFile(signal, '')
    const owner = await stat(join(server.dataDirectory, 'PG_VERSION'))
    if (process.getuid?.() === 0) await chown(signal, owner.uid, owner.gid)
    await server.restart()
  }

  it('takes no migrations and no snapshots; report and doctor work', async (t) => {
    const server = await ownServer(t)
    await demote(server)
    assertFailure(await run(server.url(), 'migrate'), {
      status: 3,
      code: 'SCOPE_DB_READ_ONLY',
      hint: /primary/,
    })
    const report = await run(server.url(), 'report', '--format', 'json')
    assert.equal(report.stderr, '')
    assert.equal(JSON.parse(report.stdout).window.source, 'lifetime')
    const { status, remedy } = await check(server.url(), 'primary')
    assert.equal(status, 'warn')
    assert.match(remedy, /primary/)
  })

  it('of a database with history: report shows it', async (t) => {
    const server = await ownServer(t, { migrated: true })
    for (let count = 0; count < 2; count++) {
      assert.equal((await run(server.url(), 'snapshot')).status, 0)
    }
    await demote(server)
    assertFailure(await run(server.url(), 'snapshot'), { status: 3, code: 'SCOPE_DB_READ_ONLY' })
    const report = await run(server.url(), 'report', '--format', 'json')
    assert.equal(report.stderr, '')
    assert.equal(JSON.parse(report.stdout).window.source, 'snapshots')
  })
})
