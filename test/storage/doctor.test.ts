/** `doctor` tells who runs the jobs, and each one's last run, length and lag. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import type pg from 'pg'
import { type TestDatabase, testDatabase } from '../database.ts'
import { supascope } from '../supascope.ts'
import { connectAs, ingest, rollUpAll } from './ingest.ts'

interface Check {
  status: string
  detail: string
  remedy: string
}

describe('doctor and the jobs', () => {
  let database: TestDatabase
  let client: pg.Client
  before(async () => {
    database = await testDatabase({ version: 18, migrated: true })
    client = await connectAs(database.url)
  })
  after(() => client.end())

  const jobNames = ['rollup', 'compact', 'refresh', 'retention', 'partitions']

  async function checks(): Promise<Record<string, Check>> {
    const run = await supascope(['doctor', '--format', 'json', '--db-url', database.url])
    assert.equal(run.status, 0, run.stderr)
    const found = JSON.parse(run.stdout).checks.map((check: Check & { name: string }) => [
      check.name,
      { status: check.status, detail: check.detail, remedy: check.remedy },
    ])
    return Object.fromEntries(found)
  }

  async function takeEvent(): Promise<void> {
    const event = { d: 0, t: Date.now(), v: 1 }
    const batch = { v: 1, id: randomUUID(), dims: [{ kind: 'span', name: 'x' }], events: [event] }
    await ingest(client, JSON.stringify(batch))
  }

  test('nobody runs them and no event waits: content', async () => {
    const { jobs } = await checks()
    assert.equal(jobs?.status, 'ok')
    assert.match(jobs?.detail ?? '', /nobody runs them, and no event waits/)
  })

  test('nobody runs them: warns, and says how someone comes to', async () => {
    await takeEvent()
    const { jobs, job_rollup } = await checks()
    assert.equal(jobs?.status, 'warn')
    assert.match(jobs?.detail ?? '', /nobody runs them/)
    assert.match(jobs?.remedy ?? '', /select supascope\.run_job\(name, 'scheduler'\)/)
    assert.match(job_rollup?.detail ?? '', /has not run yet/)
  })

  test('the remedy, word for word, mends it', async () => {
    const { jobs } = await checks()
    const call = /select .*;/.exec(jobs?.remedy ?? '')?.[0].replace(';', '')
    await client.query(`${call} from supascope.jobs`)
    const after = await checks()
    assert.deepEqual(after.jobs, { status: 'ok', detail: 'run by scheduler', remedy: '' })
    for (const name of jobNames) {
      const check = after[`job_${name}`]
      assert.equal(check?.status, 'ok', check?.detail)
      assert.match(check?.detail ?? '', /; last ran \S+ (ms|s) ago for \S+ (ms|s)/)
    }
    assert.match(after.job_rollup?.detail ?? '', /nothing waits$/)
  })

  test('tells how old the oldest event is that waits', async () => {
    await takeEvent()
    await client.query(
      "update supascope.batches set received_at = received_at - interval '5 minutes'",
    )
    const waiting = await checks()
    assert.match(waiting.job_rollup?.detail ?? '', /the oldest that waits is 5(\.\d)? min old$/)
    assert.equal(waiting.job_rollup?.status, 'ok')
    await client.query("update supascope.batches set received_at = received_at - interval '1 hour'")
    const held = (await checks()).job_rollup
    assert.equal(held?.status, 'warn')
    assert.match(held?.detail ?? '', /an open transaction holds it back/)
    await client.query(held?.remedy ?? '')
    await rollUpAll(client, 'events')
    assert.equal((await checks()).job_rollup?.status, 'ok')
  })

  test('one that fails: its error on one line, and how to see it again', async () => {
    await client.query('alter function supascope.refresh_views rename to refresh_views_away')
    await client.query(`create function supascope.refresh_views() returns jsonb language plpgsql
      as $$ begin raise exception e'away\\n\\x1b[31m%', repeat('x', 1000); end $$`)
    await client.query("select supascope.run_job('refresh', 'manual')")
    const { job_refresh } = await checks()
    assert.equal(job_refresh?.status, 'warn')
    assert.match(job_refresh?.detail ?? '', /and failed: away/)
    assert.ok(!/\p{Cc}/u.test(job_refresh?.detail ?? ''))
    assert.ok((job_refresh?.detail ?? '').length < 500)
    assert.equal(job_refresh?.remedy, "select supascope.run_job('refresh', 'manual');")
    await client.query('drop function supascope.refresh_views()')
    await client.query('alter function supascope.refresh_views_away rename to refresh_views')
    await client.query(job_refresh?.remedy ?? '')
    assert.equal((await checks()).job_refresh?.status, 'ok')
  })

  test('a role that may not ask is told the grant that it lacks', async () => {
    await client.query('revoke execute on function supascope.job_status() from postgres')
    const { jobs } = await checks()
    assert.match(jobs?.detail ?? '', /postgres may not ask how the jobs/)
    await client.query(jobs?.remedy ?? '')
    assert.notEqual((await checks()).job_rollup, undefined)
  })

  test('they ran once and no more: warns', async () => {
    await client.query(`update supascope.jobs set started_at = started_at - interval '3 hours',
      finished_at = finished_at - interval '3 hours', runner = 'scheduler'`)
    const { jobs, job_retention } = await checks()
    assert.equal(jobs?.status, 'warn')
    assert.match(jobs?.detail ?? '', /scheduler has run them, and no longer does/)
    assert.match(job_retention?.detail ?? '', /it is due every 15 min/)
  })
})
