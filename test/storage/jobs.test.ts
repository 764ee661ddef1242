/** Who runs the jobs: one of those who could, and someone always. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import type pg from 'pg'
import { type TestDatabase, testDatabase } from '../database.ts'
import { connectAs, runJob } from './ingest.ts'

const taken = { skipped: 'another runner has the lease' }

describe('the lease', () => {
  let database: TestDatabase
  let client: pg.Client
  before(async () => {
    database = await testDatabase({ migrated: true })
    client = await connectAs(database.url)
  })
  after(() => client.end())

  /** As if so much time had gone by. */
  async function pass(interval: string): Promise<void> {
    await client.query(
      `with jobs as (update supascope.jobs set started_at = started_at - $1::interval)
       update supascope.runner set expires_at = expires_at - $1::interval`,
      [interval],
    )
  }

  test('one scheduler has it, another waits', async () => {
    assert.equal('skipped' in (await runJob(client, 'rollup', 'here')), false)
    assert.deepEqual(await runJob(client, 'rollup', 'there'), taken)
    assert.deepEqual(await runJob(client, 'compact', 'there'), taken)
  })

  test('a job runs when it is due, not before', async () => {
    assert.deepEqual(await runJob(client, 'rollup', 'here'), { skipped: 'not due' })
    await pass('1 minute')
    assert.equal('skipped' in (await runJob(client, 'rollup', 'here')), false)
  })

  test('who comes every minute keeps it', async () => {
    for (let minutes = 0; minutes < 12; minutes++) {
      await pass('1 minute')
      await runJob(client, 'rollup', 'here')
      assert.deepEqual(await runJob(client, 'rollup', 'there'), taken)
    }
  })

  test('pg_cron takes it from a scheduler, never a scheduler from pg_cron', async () => {
    await pass('1 minute')
    assert.equal('skipped' in (await runJob(client, 'rollup', 'pg_cron')), false)
    assert.deepEqual(await runJob(client, 'rollup', 'here'), taken)
  })

  test('one that goes away is succeeded within five minutes', async () => {
    await pass('6 minutes')
    assert.equal('skipped' in (await runJob(client, 'rollup', 'there')), false)
    const { rows } = await client.query("select runner from supascope.jobs where name = 'rollup'")
    assert.equal(rows[0].runner, 'there')
  })

  test('what is called by hand asks nobody', async () => {
    assert.equal('skipped' in (await runJob(client, 'rollup', 'manual')), false)
    assert.deepEqual(await runJob(client, 'rollup', 'here'), taken, 'and changes no lease')
  })

  test('a job that does not exist is an error that names the list', async () => {
    await assert.rejects(runJob(client, 'no such', 'manual'), { hint: /supascope\.jobs/ })
  })

  test('ten at once: it runs once', async () => {
    await pass('1 hour')
    const clients = await Promise.all(Array.from({ length: 10 }, () => connectAs(database.url)))
    const count = async (): Promise<number> => {
      const { rows } = await client.query("select runs from supascope.jobs where name = 'rollup'")
      return Number(rows[0].runs)
    }
    const before = await count()
    await Promise.all(clients.map((each, k) => runJob(each, 'rollup', `scheduler ${k}`)))
    assert.equal(await count(), before + 1)
    await Promise.all(clients.map((each) => each.end()))
  })

  test('a runner that is killed in the middle leaves the job to the next', async () => {
    const victim = await connectAs(database.url)
    const { rows } = await victim.query('select pg_backend_pid() as pid')
    await victim.query('begin')
    await runJob(victim, 'compact', 'manual')
    assert.deepEqual(await runJob(client, 'compact', 'manual'), { skipped: 'already running' })
    const ended = new Promise<void>((resolve) => victim.on('end', () => resolve()))
    victim.on('error', () => undefined)
    await client.query('select pg_terminate_backend($1)', [rows[0].pid])
    await ended
    for (;;) {
      const result = await runJob(client, 'compact', 'manual')
      if (!('skipped' in result)) break
      await setTimeout(20)
    }
  })

  test('every job runs, and one that fails takes no other with it', async () => {
    await client.query(`create function pg_temp.all_jobs() returns setof text language sql
      as 'select name from supascope.jobs order by name'`)
    const { rows } = await client.query('select pg_temp.all_jobs() as name')
    for (const { name } of rows) {
      const result = await runJob(client, name, 'manual')
      assert.equal('error' in result, false, JSON.stringify(result))
    }
    await client.query('alter table supascope.sketch_hours rename to sketch_hours_away')
    assert.match(String((await runJob(client, 'compact', 'manual')).error), /sketch_hours/)
    assert.equal('error' in (await runJob(client, 'rollup', 'manual')), false)
    await client.query('alter table supascope.sketch_hours_away rename to sketch_hours')
    assert.equal('error' in (await runJob(client, 'compact', 'manual')), false)
  })
})
