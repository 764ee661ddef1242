/**
 * Whatever ends in whatever moment, every event that was accepted is rolled up once: with writers
 * that wait and roll back, batches sent twice, roll-ups and refreshes at once, backends killed, and
 * a server that crashes.
 */
import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { describe, it } from 'node:test'
import pg from 'pg'
import { ownServer } from '../database.ts'
import { type Count, emptyLedger, totals } from './storage-ledger.ts'
import { runTraffic } from './storage-traffic.ts'

const writers = 16
const batchesPerWriter = 24
/** Shares of all batches: each time one is reached, the server crashes somewhere behind it. */
const crashes = [0.2, 0.45, 0.7, 0.9]

describe('storage under faults', { concurrency: false }, () => {
  for (const version of [15, 17, 18] as const) {
    it(`rolls up what was accepted, once, on ${version}`, async (t) => {
      // A crash may lose nothing that was acknowledged.
      const settings = { synchronous_commit: 'on', max_connections: 60 }
      const server = await ownServer(t, { version, migrated: true, settings })
      const ledger = emptyLedger()
      const total = writers * batchesPerWriter
      const moments = crashes.map(
        (share) => Math.floor(total * share) + randomInt(Math.ceil(total / 20)),
      )
      let restarting: Promise<void> = Promise.resolve()
      await runTraffic({
        url: server.url('postgres', 'supabase_admin'),
        ledger,
        writers,
        batchesPerWriter,
        onBatch: (done) => {
          if (moments.includes(done)) {
            restarting = restarting.then(() => server.restart('immediate'))
          }
        },
      })
      await restarting

      const client = new pg.Client({ connectionString: server.url() })
      client.on('error', () => undefined)
      await client.connect()
      const expected = totals(ledger)
      await step(client, 'rollup()')
      assert.deepEqual(await counted(client, 'sketch_minutes'), expected)
      assert.deepEqual(await read(client), counts(expected))
      await step(client, 'compact_hours()')
      assert.deepEqual(await counted(client, 'sketch_hours'), expected)
      assert.deepEqual(await read(client), counts(expected))
      const { rows } = await client.query(`
        select (select count(*) from supascope.batches)::integer as batches,
          bool_and(rows_consumed = rows_expected) as complete from supascope.watermarks`)
      assert.deepEqual(rows[0], { batches: total, complete: true })
      await client.end()
    })
  }
})

/** Until nothing is left. */
async function step(client: pg.Client, call: string): Promise<void> {
  for (let more = true; more; ) {
    const { rows } = await client.query(`select supascope.${call} as did`)
    more = rows[0].did.more
  }
}

async function counted(client: pg.Client, table: string): Promise<Record<string, Count>> {
  const { rows } = await client.query(`
    select d.name || ' ' || d.route as key, sum(s.n)::integer as n, sum(s.sum) as sum,
      sum(s.zeros + (select coalesce(sum(c), 0) from unnest(s.cnt) c))::integer as binned
    from supascope.${table} s join supascope.dimensions d on d.id = s.dim_id
    group by 1 having sum(s.n) <> 0`)
  for (const row of rows) assert.equal(row.binned, row.n, `bins of ${row.key}`)
  return Object.fromEntries(rows.map(({ key, n, sum }) => [key, { n, sum }]))
}

/** By the function that readers use. */
async function read(client: pg.Client): Promise<Record<string, number>> {
  const { rows } = await client.query(`
    select name || ' ' || route as key, events::integer as n
    from supascope.top_series('{}', now() - interval '8 hours', now() + interval '1 hour')`)
  return Object.fromEntries(rows.map(({ key, n }) => [key, n]))
}

const counts = (expected: Record<string, Count>): Record<string, number> =>
  Object.fromEntries(Object.entries(expected).map(([key, { n }]) => [key, n]))
