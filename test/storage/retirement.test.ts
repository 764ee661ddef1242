/** Label sets for which nothing is stored any more make room under the cap, and none that is in use. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import type pg from 'pg'
import { testDatabase } from '../database.ts'
import { connectAs, ingest, rollUpAll } from './ingest.ts'

function batch(names: string[]): string {
  return JSON.stringify({
    v: 1,
    id: randomUUID(),
    dims: names.map((name) => ({ kind: 'api', name })),
    events: names.map((_, d) => ({ d, t: Date.now(), v: 100 })),
  })
}

const ten = Array.from({ length: 10 }, (_, n) => `old-${n}`)

describe('retirement of label sets', { concurrency: false }, () => {
  let client: pg.Client
  let url: string

  before(async () => {
    url = (await testDatabase({ migrated: true })).adminUrl
    client = await connectAs(url)
    await client.query('update supascope.settings set dimension_cap = 10')
    await ingest(client, batch(ten))
    await rollUpAll(client, 'events')
  })
  after(() => client.end())

  async function value(query: string): Promise<unknown> {
    const { rows } = await client.query({ text: query, rowMode: 'array' })
    return rows[0]?.[0]
  }
  const retire = (): Promise<unknown> => value('select supascope.retire_dimensions()')
  const old = "update supascope.dimensions set first_seen_at = now() - interval '3 days'"
  const anHourLater = `update supascope.dimensions set retired_at = retired_at - interval '61 minutes'`
  const known = `select string_agg(name, ' ' order by name) from supascope.dimensions
    where kind = 'api' and name <> '__other__'`

  it('leaves alone what has sketches, and what is young', async () => {
    assert.deepEqual(await retire(), { retired: 0, removed: 0 }, 'young')
    await client.query(old)
    assert.deepEqual(await retire(), { retired: 0, removed: 0 }, 'in use')
  })

  it('waits for the roll-up: what it has not seen yet may be all there is', async () => {
    await client.query('delete from supascope.sketch_minutes; delete from supascope.sketch_hours')
    await client.query("update supascope.batches set received_at = now() - interval '2 hours'")
    await client.query("update supascope.watermarks set position = 1 where source = 'events'")
    assert.deepEqual(await retire(), { retired: 0, removed: 0 })
    await client.query(
      "update supascope.watermarks set position = supascope.horizon() where source = 'events'",
    )
  })

  it('marks first, and takes the mark from what is sent again', async () => {
    assert.deepEqual(await retire(), { retired: 10, removed: 0 })
    assert.deepEqual(await retire(), { retired: 0, removed: 0 }, 'not within the hour')
    await ingest(client, batch(['old-3']))
    assert.equal(
      await value('select count(*)::int from supascope.dimensions where retired_at is not null'),
      9,
    )
  })

  it('does not remove what someone is sending at this moment', async () => {
    await client.query(anHourLater)
    const sender = await connectAs(url)
    await sender.query('begin')
    await ingest(sender, batch(['old-4']))
    // old-3 has no sketch yet: it may be marked again, which harms nobody.
    assert.deepEqual(await retire(), { retired: 1, removed: 8 })
    await sender.query('commit')
    await sender.end()
    assert.deepEqual(await retire(), { retired: 0, removed: 0 }, 'far from the cap')
    assert.equal(await value(known), 'old-3 old-4')
    const lost = `select count(*)::int from supascope.performance_logs l
      where l.ts > now() - interval '1 hour' and l.position >= (
        select w.position from supascope.watermarks w where w.source = 'events')
        and not exists (select from supascope.dimensions d where d.id = l.dim_id)`
    assert.equal(await value(lost), 0)
  })

  it('makes room for as many new ones', async () => {
    await ingest(client, batch(Array.from({ length: 9 }, (_, n) => `new-${n}`)))
    const made = String(await value(known)).split(' ')
    assert.equal(made.length, 10)
    assert.equal(
      await value("select dimensions from supascope.dimension_counts where kind = 'api'"),
      10,
    )
  })
})
