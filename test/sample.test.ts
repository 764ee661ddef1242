import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type TestDatabase, testDatabase } from './database.ts'
import { openSession, type Session } from './sessions.ts'
import { assertFailure, ended, startSupascope, supascope } from './supascope.ts'

describe('supascope sample', () => {
  let database: TestDatabase
  let watcher: Session
  before(async () => {
    database = await testDatabase({ migrated: true })
    watcher = await openSession(database.adminUrl)
  })
  after(() => watcher?.close())

  const sample = (...args: string[]): ReturnType<typeof supascope> =>
    supascope(['sample', '--db-url', database.url, ...args])

  it('stores one sample and tells what it saw', async () => {
    const run = await sample('--format', 'json')
    assert.deepEqual([run.status, run.stderr], [0, ''])
    const said = JSON.parse(run.stdout)
    assert.equal(said.schema, 1)
    assert.equal(said.kind, 'stored')
    assert.ok(said.connections >= 1 && said.connections < said.max_connections)
    const { rows } = await watcher.client.query(
      'select sum(samples)::int as n from supascope.activity_minutes',
    )
    assert.deepEqual(rows, [{ n: 1 }])
  })

  it('goes on for as long as it is told, one line each', async () => {
    const run = await sample('--every', '1s', '--for', '2s', '--format', 'json')
    assert.equal(run.status, 0, run.stderr)
    const lines = run.stdout.trimEnd().split('\n')
    assert.ok(lines.length >= 1 && lines.length <= 4, run.stdout)
    for (const line of lines) assert.equal(JSON.parse(line).schema, 1)
  })

  it('tells of what a timeout cut off', async () => {
    const timeout = `alter role postgres in database ${database.name} set statement_timeout = '5s'`
    await watcher.client.query(timeout)
    const victim = await openSession(database.url)
    const child = startSupascope(['sample', '--db-url', database.url, '--every', '1s'])
    try {
      const run = ended(child)
      const told = new Promise<void>((resolve) => {
        child.stdout.on('data', (line) => {
          if (/1 cut off by a timeout/.test(String(line))) resolve()
        })
      })
      await new Promise((resolve) => child.stdout.once('data', resolve))
      await victim.client.query('begin')
      const failed = victim.start('select pg_sleep(60)')
      await told
      assert.match(String(await failed), /statement timeout/)
      child.kill('SIGTERM')
      assert.equal((await run).status, 143)
    } finally {
      child.kill('SIGKILL')
      await victim.close()
    }
  })

  it('stops at once on Ctrl-C, between two samples too', async () => {
    const child = startSupascope(['sample', '--db-url', database.url, '--every', '1h'])
    const run = ended(child)
    await new Promise((resolve) => child.stdout.once('data', resolve))
    child.kill('SIGINT')
    const { status, stderr } = await run
    assert.deepEqual([status, stderr], [130, ''])
  })

  it('refuses what makes no sense, and says what is missing', async () => {
    assertFailure(await sample('--for', '1m'), { status: 2, code: 'SCOPE_USAGE', hint: /--every/ })
    assertFailure(await sample('--burst', '1m'), { status: 2, code: 'SCOPE_USAGE' })
    assertFailure(await sample('--every', '5'), { status: 2, code: 'SCOPE_USAGE' })
    const bare = await testDatabase()
    assertFailure(await supascope(['sample', '--db-url', bare.url]), {
      status: 3,
      code: 'SCOPE_SCHEMA_MISSING',
      hint: /supascope migrate/,
    })
  })
})
