import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import pg from 'pg'
import { type PostgresServer, startPostgres } from '../src/local/postgres/index.ts'
import { runAll } from './servers/shared.ts'
import { assertFailure, supascope } from './supascope.ts'

const page = await readFile(new URL('../docs/permissions.md', import.meta.url), 'utf8')
const blocks = [...page.matchAll(/```sql\n([\s\S]*?)```/g)].map((match) => String(match[1]))

describe('the role of docs/permissions.md', () => {
  let server: PostgresServer
  /** As the role, with its password of the page. */
  let url: string
  before(async () => {
    server = await startPostgres()
    const address = new URL(server.url('postgres', 'supascope_agent'))
    address.password = /password '(.*?)'/.exec(page)?.[1] ?? ''
    url = address.href
  })
  after(() => server?.stop('immediate'))
  const agent = (...args: string[]): ReturnType<typeof supascope> =>
    supascope([...args, '--format', 'json'], { env: { SUPASCOPE_DB_URL: url } })

  it('has its SQL in six blocks', () => assert.equal(blocks.length, 6))

  it('reports from the lifetime counters once it may read the statistics', async () => {
    await runAll(server.url(), blocks.slice(0, 2))
    const run = await agent('report')
    assert.equal(run.stderr, '')
    const report = JSON.parse(run.stdout)
    assert.equal(report.window.source, 'lifetime')
    assert.equal(
      report.not_seen.some(({ what }: { what: string }) => what === 'unreadable_texts'),
      false,
    )
  })

  it('is told what it lacks once there is a schema', async () => {
    const migrated = await supascope(['migrate', '--db-url', server.url()])
    assert.equal(migrated.status, 0)
    for (const command of ['report', 'snapshot', 'migrate']) {
      assertFailure(await agent(command), {
        status: 3,
        code: 'SCOPE_DB_PRIVILEGE',
        hint: /docs\/permissions\.md/,
      })
    }
    assert.equal((await agent('report', '--lifetime')).status, 0)
  })

  it('grants without policies show it an empty schema, which is told apart', async () => {
    await runAll(server.url(), [String(blocks[2])])
    assertFailure(await agent('snapshot'), { status: 3, code: 'SCOPE_DB_PRIVILEGE' })
  })

  it('reads the history, and may not write it', async () => {
    await runAll(server.url(), [String(blocks[3])])
    assert.equal((await supascope(['snapshot', '--db-url', server.url()])).status, 0)
    assert.equal((await supascope(['snapshot', '--db-url', server.url()])).status, 0)
    const run = await agent('report')
    assert.equal(run.stderr, '')
    assert.equal(JSON.parse(run.stdout).window.source, 'snapshots')
    assertFailure(await agent('snapshot'), { status: 3, code: 'SCOPE_DB_PRIVILEGE' })
  })

  it('takes snapshots, as often as the blocks are run', async () => {
    for (const block of [...blocks.slice(2), ...blocks.slice(2)])
      await runAll(server.url(), [block])
    for (let count = 0; count < 2; count++) {
      const run = await agent('snapshot')
      assert.equal(run.stderr, '')
      assert.equal(JSON.parse(run.stdout).kind, 'delta')
    }
    const doctor = JSON.parse((await agent('doctor')).stdout)
    assert.equal(doctor.ok, true)
    const jobs = doctor.checks.find(({ name }: { name: string }) => name === 'job_rollup')
    assert.match(jobs.detail, /has not run yet/)
  })

  it('runs the jobs that need no owner', async () => {
    for (const job of ['snapshot', 'sample', 'history', 'check', 'report']) {
      const run = await agent('run', job)
      assert.equal(run.stderr, '', job)
      assert.equal(JSON.parse(run.stdout).outcome, 'done')
    }
    assertFailure(await agent('run', 'rollup'), { status: 3, code: 'SCOPE_DB_PRIVILEGE' })
  })

  it('starts anew after a crash of the server, which empties its unlogged table', async () => {
    await server.restart('immediate')
    const run = await agent('snapshot')
    assert.equal(run.stderr, '')
    assert.equal(run.status, 0)
  })

  it('reaches nothing else', async () => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    for (const forbidden of [
      'select from auth.users',
      'delete from supascope.schema_migrations',
      'create table supascope.mine ()',
      'create schema mine',
      'select supascope.rollup()',
    ]) {
      await assert.rejects(client.query(forbidden), { code: '42501' }, forbidden)
    }
    await client.end()
  })
})
