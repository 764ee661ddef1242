/** What holds the horizon back delays the roll-up, and never loses anything; nor does a restore. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, it, type TestContext } from 'node:test'
import type pg from 'pg'
import { ownServer } from '../database.ts'
import { connectAs, ingest } from '../storage/ingest.ts'

const batch = (value: number, name = 'orders'): string =>
  JSON.stringify({
    v: 1,
    id: randomUUID(),
    dims: [{ kind: 'api', name }],
    events: [{ d: 0, t: Date.now(), v: value }],
  })

describe('the horizon', { concurrency: true }, () => {
  it('waits for a transaction that is open, and takes what it wrote', async (t) => {
    const { open, other } = await sessions(t)
    await open.query('begin')
    await ingest(open, batch(1))
    await ingest(other, batch(2))
    assert.equal(await rollUp(other), 0)
    const { rows } = await other.query(
      "select seconds > 0 as late, held_by_pid from supascope.lag() where source = 'events'",
    )
    assert.deepEqual(rows, [{ late: true, held_by_pid: await pidOf(open) }])
    await open.query('commit')
    assert.equal(await rollUp(other), 2)
    assert.equal(await rollUp(other), 0)
    assert.deepEqual(await rolledUp(other), { n: 2, sum: 3 })
  })

  it('takes what came before an open transaction at once', async (t) => {
    const { open, other } = await sessions(t)
    await ingest(other, batch(1))
    await open.query('begin')
    await open.query('select pg_current_xact_id()')
    await ingest(other, batch(2))
    assert.equal(await rollUp(other), 1)
    await open.query('rollback')
    assert.equal(await rollUp(other), 1)
    assert.deepEqual(await rolledUp(other), { n: 2, sum: 3 })
  })

  it('waits for a prepared transaction', async (t) => {
    const { open, other } = await sessions(t, { max_prepared_transactions: 2 })
    await open.query('begin')
    await ingest(open, batch(1))
    await open.query("prepare transaction 'late'")
    await ingest(other, batch(2))
    assert.equal(await rollUp(other), 0)
    await other.query("commit prepared 'late'")
    assert.equal(await rollUp(other), 2)
    assert.deepEqual(await rolledUp(other), { n: 2, sum: 3 })
  })

  it('lets one roll up at a time; the other returns at once', async (t) => {
    const { open, other } = await sessions(t)
    await ingest(other, batch(1))
    await open.query('begin')
    assert.equal(await rollUp(open), 1)
    const { rows } = await other.query('select supascope.rollup() as did')
    assert.match(rows[0].did.skipped, /another/)
    await open.query('rollback')
    assert.equal(await rollUp(other), 1)
    assert.deepEqual(await rolledUp(other), { n: 1, sum: 1 })
  })

  it('is not waited for because of new labels: they count as __other__', async (t) => {
    const { open, other } = await sessions(t)
    await open.query('begin')
    await ingest(open, batch(1, 'first'))
    assert.equal((await ingest(other, batch(2, 'second'))).accepted, 1)
    await open.query('commit')
    assert.equal(await rollUp(other), 2)
    const { rows } = await other.query(`
      select d.name, m.sum from supascope.sketch_minutes m
      join supascope.dimensions d on d.id = m.dim_id order by m.sum`)
    assert.deepEqual(rows, [
      { name: 'first', sum: 1 },
      { name: '__other__', sum: 2 },
    ])
  })

  it('goes on after a logical restore into a server with another counter', async (t) => {
    const { open, other } = await sessions(t)
    await ingest(other, batch(1))
    assert.equal(await rollUp(other), 1)
    await ingest(other, batch(2))
    // As a dump from a server that is a billion transactions ahead arrives here: one event that
    // is rolled up, one that is not.
    await other.query(`
      update supascope.cluster set system_identifier = 1;
      update supascope.performance_logs set position = position + 1000000000;
      update supascope.sketch_minutes set position = position + 1000000000;
      update supascope.batches set position = position + 1000000000;
      update supascope.watermarks set position = position + 1000000000`)
    await open.query('begin')
    await ingest(open, batch(4))
    await open.query('commit')
    await ingest(other, batch(8))
    assert.equal(await rollUp(other), 3)
    assert.equal(await rollUp(other), 0)
    assert.deepEqual(await rolledUp(other), { n: 4, sum: 15 })
    await other.query('select supascope.compact_hours()')
    const { rows } = await other.query('select sum(n)::integer as n from supascope.sketch_hours')
    assert.equal(rows[0].n, 4)
  })
})

async function sessions(
  t: TestContext,
  settings: Record<string, number> = {},
): Promise<{ open: pg.Client; other: pg.Client }> {
  const server = await ownServer(t, { migrated: true, settings })
  const url = server.url('postgres', 'supabase_admin')
  const [open, other] = await Promise.all([connectAs(url), connectAs(url)])
  // The server ends before they do.
  for (const client of [open, other]) client.on('error', () => undefined)
  await other.query('select supascope.make_partitions()')
  await other.query(`select supascope.resolve_dimensions('[{"kind": "api", "name": "orders"}]')`)
  return { open, other }
}

/** How many raw events it took. */
async function rollUp(client: pg.Client): Promise<number> {
  const { rows } = await client.query('select supascope.rollup() as did')
  return rows[0].did.rows
}

async function rolledUp(client: pg.Client): Promise<{ n: number; sum: number }> {
  const { rows } = await client.query(
    'select sum(n)::integer as n, sum(sum) as sum from supascope.sketch_minutes',
  )
  return rows[0]
}

async function pidOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query('select pg_backend_pid() as pid')
  return rows[0].pid
}
