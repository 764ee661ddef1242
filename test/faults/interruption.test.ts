import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { type PostgresServer, startPostgres } from '../../src/local/postgres/index.ts'
import { migrate } from '../servers/shared.ts'
import { ended, startSupascope } from '../supascope.ts'

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(10)
}

async function signalled(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const exit = new Promise((resolve) => child.once('exit', resolve))
  child.kill(signal)
  await exit
}

async function opened(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  return client
}

describe('a stop while the database is busy', () => {
  let server: PostgresServer
  /** Looks on, outside of any transaction: inside one, pg_stat_activity stands still. */
  let admin: pg.Client
  before(async () => {
    server = await startPostgres()
    await migrate(server.url())
    admin = await opened(server.url('postgres', 'supabase_admin'))
    await admin.query('create database bare')
  })
  after(async () => {
    await admin?.end()
    await server?.stop('immediate')
  })

  const backends = async (waiting: boolean): Promise<number> => {
    const { rows } = await admin.query<{ count: number }>(
      `select count(*)::int as count from pg_stat_activity
      where application_name = 'supascope' and (not $1 or wait_event_type = 'Lock')`,
      [waiting],
    )
    return Number(rows[0]?.count)
  }

  /** How often somebody asked for a cancellation. A wait that a timeout ends says so otherwise. */
  const cancellations = async (): Promise<number> =>
    (await readFile(server.logFile, 'utf8')).split('due to user request').length - 1

  /** Starts the program, waits until it waits for the lock, stops it, and looks what is left. */
  async function stopWaiting(
    args: string[],
    signal: NodeJS.Signals,
    lock: { url: string; sql: string },
  ): Promise<{ status: number | null; stdout: string; stderr: string }> {
    const before = await cancellations()
    const blocker = await opened(lock.url)
    try {
      await blocker.query('begin')
      await blocker.query(lock.sql)
      const child = startSupascope(args)
      const run = ended(child)
      await until(async () => (await backends(true)) > 0)
      await signalled(child, signal)
      await until(async () => (await backends(false)) === 0)
      assert.equal(await cancellations(), before + 1)
      return await run
    } finally {
      await blocker.end()
    }
  }

  for (const [signal, status] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    it(`${signal} cancels the query on the server too`, async () => {
      const run = await stopWaiting(['snapshot', '--db-url', server.url()], signal, {
        url: server.url('postgres', 'supabase_admin'),
        sql: 'lock table supascope.collector in access exclusive mode',
      })
      assert.deepEqual(run, { status, stdout: '', stderr: '' })
    })
  }

  it('a migration that waits for another installer leaves nothing of itself', async () => {
    const url = server.url('bare', 'supabase_admin')
    const run = await stopWaiting(['migrate', '--db-url', url], 'SIGINT', {
      url,
      sql: "select pg_advisory_xact_lock(hashtextextended('supascope.schema_migrations', 0))",
    })
    assert.deepEqual(run, { status: 130, stdout: '', stderr: '' })
    const bare = await opened(url)
    const { rows } = await bare.query("select from pg_namespace where nspname = 'supascope'")
    await bare.end()
    assert.equal(rows.length, 0)
  })

  it('snapshot --every, between two snapshots', async () => {
    const child = startSupascope(['snapshot', '--every', '1h', '--db-url', server.url()])
    const run = ended(child)
    await new Promise((resolve) => child.stdout.once('data', resolve))
    await signalled(child, 'SIGINT')
    const { status, stderr } = await run
    assert.deepEqual({ status, stderr }, { status: 130, stderr: '' })
    await until(async () => (await backends(false)) === 0)
  })

  it('while the server keeps silent', async () => {
    const silent = createServer((socket) => socket.on('error', () => socket.destroy()))
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const address = silent.address()
    assert.ok(address !== null && typeof address === 'object')
    const connected = new Promise((resolve) => silent.once('connection', resolve))
    const url = `postgresql://postgres@127.0.0.1:${address.port}/x`
    const child = startSupascope(['snapshot', '--db-url', url])
    const run = ended(child)
    await connected
    await signalled(child, 'SIGINT')
    assert.deepEqual(await run, { status: 130, stdout: '', stderr: '' })
    silent.close()
  })
})
