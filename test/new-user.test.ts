import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import pg from 'pg'
import type { Report, ReportStatement } from '../src/report.ts'
import { type ServerKind, type TestDatabase, testDatabase } from './database.ts'
import { poolerUnavailable, startPgbouncer } from './pgbouncer.ts'
import { type Run, supascope } from './supascope.ts'

interface Route {
  name: string
  version: ServerKind
  pooled: boolean
}

const routes: Route[] = [
  { name: 'Postgres 15', version: 15, pooled: false },
  { name: 'Postgres 17', version: 17, pooled: false },
  { name: 'Postgres 18', version: 18, pooled: false },
  { name: 'Postgres 17 through PgBouncer in transaction mode', version: 17, pooled: true },
]

const noPooler = await poolerUnavailable()

/** What an API does: a statement as `authenticated`, some times. */
async function work(database: TestDatabase, calls: number): Promise<void> {
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  await client.query(
    'create table if not exists public.orders (id bigint primary key, customer int)',
  )
  await client.query('set role authenticated')
  for (let call = 0; call < calls; call++) {
    await client.query('select count(*) from public.orders where customer = $1', [call])
  }
  await client.end()
}

function ordersOf(report: Report): ReportStatement | undefined {
  return report.statements.find(({ text }) => text?.includes('from public.orders where customer'))
}

for (const route of routes) {
  describe(`a new user on ${route.name}`, { skip: route.pooled && noPooler }, () => {
    let database: TestDatabase
    let url: string
    let folder: string
    const cleanUps: (() => Promise<void> | void)[] = []
    before(async () => {
      database = await testDatabase({ version: route.version })
      url = database.url
      folder = await mkdtemp(join(tmpdir(), 'supascope-user-'))
      if (!route.pooled) return
      // The hook's own clean-up would come before the tests.
      const register = (cleanUp?: unknown): void => {
        cleanUps.push(cleanUp as () => Promise<void>)
      }
      url = (await startPgbouncer({ after: register }, database)).url(database.name)
    })
    after(async () => {
      for (const cleanUp of cleanUps) await cleanUp()
      await rm(folder, { recursive: true, force: true })
    })
    const user = async (...args: string[]): Promise<Run> => {
      const run = await supascope(args, { env: { DATABASE_URL: url }, cwd: folder })
      assert.deepEqual({ status: run.status, stderr: run.stderr }, { status: 0, stderr: '' })
      return run
    }
    const report = async (...args: string[]): Promise<Report> =>
      JSON.parse((await user('report', '--format', 'json', ...args)).stdout)

    it('asks doctor', async () => {
      const { checks } = JSON.parse((await user('doctor', '--format', 'json')).stdout)
      const found = Object.fromEntries(
        checks.map((check: { name: string; status: string; detail: string }) => [
          check.name,
          check,
        ]),
      )
      assert.match(found.pooler.detail, route.pooled ? /pooler that changes/ : /the server itself/)
      assert.match(found.server_version.detail, new RegExp(`PostgreSQL ${route.version}`))
      assert.equal(found.schema.status, 'warn')
      for (const line of (await user('doctor')).stdout.split('\n')) {
        assert.ok(line.length <= 80 || line.includes('→'), line)
      }
    })

    it('sees a report at once, from the lifetime counters, and nothing is written', async () => {
      await work(database, 7)
      const first = await report()
      assert.equal(first.window.source, 'lifetime')
      const orders = ordersOf(first)
      assert.equal(orders?.calls, 7)
      assert.equal(orders?.role, 'authenticated')
      assert.equal(orders?.rows, 7)
      assert.match((await user('report')).stdout, /No snapshots yet/)
      const tables = await tablesOf(database)
      assert.deepEqual(tables, [])
    })

    it('adds the schema, and takes snapshots around what happens', async () => {
      await user('migrate')
      const baseline = JSON.parse((await user('snapshot', '--format', 'json')).stdout)
      assert.equal(baseline.kind, 'baseline')
      await work(database, 5)
      const delta = JSON.parse((await user('snapshot', '--format', 'json')).stdout)
      assert.deepEqual([delta.kind, delta.complete], ['delta', true])
    })

    it('sees what happened between them, and nothing of before', async () => {
      const windowed = await report()
      assert.equal(windowed.window.source, 'snapshots')
      assert.equal(windowed.window.snapshots, 2)
      assert.equal(windowed.completeness.complete, true)
      const orders = ordersOf(windowed)
      assert.deepEqual([orders?.calls, orders?.exactness], [5, 'exact'])
      assert.ok(
        windowed.statements.every(({ text }) => text !== null && !text.includes('supascope')),
      )
      assert.ok(windowed.not_seen.every(({ why }) => !why.includes("Supascope's own")))
    })

    it('asks for other windows, other forms, fewer statements', async () => {
      assert.equal(ordersOf(await report('--since', '1h'))?.calls, 5)
      assert.equal(ordersOf(await report('--lifetime'))?.calls, 12)
      assert.equal((await report('--lifetime', '--top', '1')).statements.length, 1)
      assert.match((await user('report', '--format', 'markdown')).stdout, /^# /)
      await user('report', '--format', 'html', '--output', 'report.html')
      assert.match(await readFile(join(folder, 'report.html'), 'utf8'), /^<!doctype html>/i)
    })

    it('has nothing left to mend', async () => {
      const { ok, checks } = JSON.parse((await user('doctor', '--format', 'json')).stdout)
      assert.equal(ok, true)
      const open = checks.filter(({ status }: { status: string }) => status !== 'ok')
      assert.deepEqual(open, [])
      assert.match((await user('migrate')).stdout, /^Nothing to do/)
    })
  })
}

describe('--fail-on', () => {
  it('exits with 1 from its level on, and prints the report all the same', async () => {
    const database = await testDatabase()
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    for (let call = 0; call < 40; call++) await client.query('select pg_sleep(0.03)')
    await client.end()
    const statusAt = async (level: string): Promise<number | null> => {
      const run = await supascope(['report', '--fail-on', level, '--db-url', database.url])
      assert.match(run.stdout, /pg_sleep/)
      return run.status
    }
    assert.equal(await statusAt('info'), 1)
    const { findings } = JSON.parse(
      (await supascope(['report', '--format', 'json', '--db-url', database.url])).stdout,
    ) as Report
    const hasError = findings.some(({ level }) => level === 'ERROR')
    assert.equal(await statusAt('error'), hasError ? 1 : 0)
  })
})

async function tablesOf(database: TestDatabase): Promise<string[]> {
  const client = new pg.Client({ connectionString: database.adminUrl })
  await client.connect()
  const { rows } = await client.query<{ name: string }>(
    `select relname as name from pg_class
    where relnamespace = (select oid from pg_namespace where nspname = 'supascope')`,
  )
  await client.end()
  return rows.map(({ name }) => name)
}
