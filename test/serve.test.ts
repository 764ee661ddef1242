/** `supascope serve` and `supascope run`, as users run them. */
import assert from 'node:assert/strict'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { type TestDatabase, testDatabase } from './database.ts'
import { assertFailure, ended, type Run, startSupascope, supascope } from './supascope.ts'

const eachSecond = { cron: '* * * * * *' }

/** The password of all test databases. */
const password = 'postgres'

interface Serving {
  child: ChildProcessWithoutNullStreams
  run: Promise<Run>
  /** Until a message of this text is in the log. */
  says(text: string): Promise<void>
}

describe('serve', { concurrency: true }, () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'supascope-serve-'))
  })
  after(() => rm(folder, { recursive: true, force: true }))

  async function configured(jobs: object): Promise<string> {
    const file = join(folder, `${crypto.randomUUID()}.json`)
    await writeFile(file, JSON.stringify({ schedule: { jobs } }))
    return file
  }

  async function serve(database: TestDatabase, jobs: object, ...args: string[]): Promise<Serving> {
    const config = await configured(jobs)
    const names = Object.keys(jobs)
    const all = ['serve', '--config', config, '--db-url', database.url, '--only', ...names, ...args]
    const child = startSupascope(all)
    let log = ''
    child.stderr.on('data', (chunk) => {
      log += chunk
    })
    const run = ended(child)
    const says = async (text: string): Promise<void> => {
      while (!log.includes(text)) {
        assert.equal(child.exitCode, null, log)
        await sleep(10)
      }
    }
    return { child, run, says }
  }

  async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    try {
      return await work(client)
    } finally {
      await client.end()
    }
  }

  async function until(client: pg.Client, condition: string): Promise<void> {
    while ((await client.query(`select where ${condition}`)).rowCount === 0) await sleep(20)
  }

  test('runs its jobs until it is stopped, and logs JSON lines without secrets', async () => {
    const database = await testDatabase({ migrated: true })
    const serving = await serve(
      database,
      { snapshot: eachSecond, rollup: eachSecond },
      '--log-level',
      'debug',
    )
    await withClient(database.url, (client) =>
      until(
        client,
        `2 = (select count(distinct job) from supascope.job_runs where outcome = 'done')
          and exists (select from supascope.snapshots)`,
      ),
    )
    serving.child.kill('SIGTERM')
    const { status, stdout, stderr } = await serving.run
    assert.deepEqual({ status, stdout }, { status: 143, stdout: '' })
    const lines = stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    assert.ok(lines.some(({ msg }) => msg === 'serving'))
    assert.ok(lines.some(({ msg, job }) => msg === 'done' && job === 'snapshot'))
    assert.equal(lines.at(-1)?.msg, 'stopped')
    assert.ok(!stderr.includes(`:${password}@`))
  })

  test('cancels what runs when it is stopped, and gives it back', async () => {
    const database = await testDatabase({ migrated: true })
    await withClient(database.adminUrl, async (blocker) => {
      await blocker.query('begin; lock table supascope.jobs in access exclusive mode')
      const serving = await serve(database, { rollup: { ...eachSecond, retries: 0 } })
      await withClient(database.adminUrl, async (client) => {
        const waits = `exists (select from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock')`
        await until(client, waits)
        serving.child.kill('SIGINT')
        assert.equal((await serving.run).status, 130)
        await until(client, `not ${waits}`)
        // Firings that came while it was waiting are skipped, each with a row of its own.
        const { rows } = await client.query(
          `select outcome, claimed_by from supascope.job_runs
            where outcome is distinct from 'skipped' order by fire_at desc limit 1`,
        )
        assert.deepEqual(rows, [{ outcome: null, claimed_by: null }])
      })
    })
  })

  test('outlives an outage of the database, and accounts for what fell into it', async () => {
    const database = await testDatabase({ migrated: true })
    const serving = await serve(database, { history: { ...eachSecond, missed: 'skip' } })
    await withClient(
      database.roleUrl('supabase_admin').replace(database.name, 'postgres'),
      async (admin) => {
        await serving.says('"msg":"done"')
        await admin.query(`alter database ${database.name} allow_connections false`)
        await admin.query(
          'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1',
          [database.name],
        )
        await serving.says('no firing can be claimed')
        await admin.query(`alter database ${database.name} allow_connections true`)
        await serving.says('the database answers again')
      },
    )
    await withClient(database.url, (client) =>
      until(
        client,
        `exists (select from supascope.job_runs r where r.outcome = 'done' and r.fire_at > (
          select max(m.fire_at) from supascope.job_runs m where m.firings > 1 or m.outcome <> 'done'))`,
      ),
    )
    serving.child.kill('SIGTERM')
    assert.equal((await serving.run).status, 143)
  })

  test('leaves the jobs of the event store to pg_cron', async () => {
    const database = await testDatabase({ migrated: true })
    await withClient(database.url, async (client) => {
      await client.query("select supascope.run_job('rollup', 'pg_cron')")
      const run = await supascope(['run', 'rollup', '--format', 'json', '--db-url', database.url])
      assert.equal(JSON.parse(run.stdout).outcome, 'skipped')
      const { rows } = await client.query('select outcome, reason from supascope.job_runs')
      assert.deepEqual(rows, [{ outcome: 'skipped', reason: 'another runner has the lease' }])
    })
  })

  test('run does a job once, and prints what it did', async () => {
    const database = await testDatabase({ migrated: true })
    const jobs = ['snapshot', 'sample', 'rollup', 'history', 'check', 'report', 'deliver']
    for (const job of jobs) {
      const run = await supascope(['run', job, '--format', 'json', '--db-url', database.url])
      assert.equal(run.stderr, '', job)
      assert.equal(run.status, 0)
      const { schema, job: name, outcome, attempts } = JSON.parse(run.stdout)
      assert.deepEqual(
        { schema, name, outcome, attempts },
        { schema: 1, name: job, outcome: 'done', attempts: 1 },
      )
    }
    const text = await supascope(['run', 'history', '--db-url', database.url])
    assert.match(text.stdout, /^history: done in [\d.]+ m?s, merged 0, /)
  })

  test('run fails as every command does, and leaves a row of it', async () => {
    const database = await testDatabase({ migrated: true })
    await withClient(database.adminUrl, async (client) => {
      await client.query('drop extension pg_stat_statements')
      const run = await supascope(['run', 'snapshot', '--db-url', database.url])
      assertFailure(run, { status: 3, code: 'SCOPE_PGSS_MISSING' })
      const { rows } = await client.query('select outcome, attempts, error from supascope.job_runs')
      assert.deepEqual([rows[0].outcome, rows[0].attempts], ['failed', 1])
      assert.match(rows[0].error, /^SCOPE_PGSS_MISSING: /)
    })
  })

  test('wrong usage is said before anything is connected', async () => {
    const nowhere = ['--db-url', 'postgresql://x:y@127.0.0.1:1/z']
    const unknown = { status: 2, code: 'SCOPE_USAGE', message: /there is no job nope/ } as const
    assertFailure(await supascope(['run', 'nope', ...nowhere]), unknown)
    assertFailure(await supascope(['serve', '--only', 'nope', ...nowhere]), unknown)
    const config = await configured({ report: { enabled: false } })
    assertFailure(await supascope(['serve', '--only', 'report', '--config', config, ...nowhere]), {
      status: 2,
      code: 'SCOPE_CONFIG',
    })
  })

  test('a schedule that is none, and a database without the schema, end it', async () => {
    const bare = await testDatabase()
    assertFailure(await supascope(['serve', '--db-url', bare.url]), {
      status: 3,
      code: 'SCOPE_SCHEMA_MISSING',
    })
    const migrated = await testDatabase({ migrated: true })
    for (const wrong of [{ cron: '61 * * * *' }, { timezone: 'Mars/Olympus' }]) {
      const config = await configured({ snapshot: wrong })
      assertFailure(await supascope(['serve', '--config', config, '--db-url', migrated.url]), {
        status: 2,
        code: 'SCOPE_CONFIG',
      })
    }
  })
})
