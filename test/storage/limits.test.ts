/** What may not grow: labels, days, and everything together. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import type pg from 'pg'
import { testDatabase } from '../database.ts'
import { connectAs, ingest, rollUpAll } from './ingest.ts'

const batch = (names: string[], options: { kind?: string; each?: number } = {}): string =>
  JSON.stringify({
    v: 1,
    id: randomUUID(),
    dims: names.map((name) =>
      options.kind === 'vital'
        ? { kind: 'vital', name: 'LCP', route: name }
        : { kind: 'api', name },
    ),
    events: names.flatMap((_, d) => Array(options.each ?? 1).fill({ d, t: Date.now(), v: 100 })),
  })

const named = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, n) => `${prefix}${n}`)

describe('limits of storage', { concurrency: false }, () => {
  let client: pg.Client
  let url: string

  before(async () => {
    url = (await testDatabase({ migrated: true })).adminUrl
    client = await connectAs(url)
  })
  after(() => client.end())

  /** The first column of the first row. */
  async function value(query: string, values: unknown[] = []): Promise<unknown> {
    const { rows } = await client.query({ text: query, values, rowMode: 'array' })
    return rows[0]?.[0]
  }

  it('has exactly as many label sets of a kind as the cap, whoever sends how many at once', async () => {
    await client.query('update supascope.settings set dimension_cap = 10')
    const senders = await Promise.all(named('s', 4).map(() => connectAs(url)))
    const answers = await Promise.all(
      senders.map((sender, n) => ingest(sender, batch(named(`${n}-`, 6)))),
    )
    await Promise.all(senders.map((sender) => sender.end()))
    assert.deepEqual(
      answers.map(({ accepted }) => accepted),
      [6, 6, 6, 6],
    )
    const made =
      "select count(*)::integer from supascope.dimensions where kind = 'api' and name <> '__other__'"
    assert.equal(await value(made), 10)
    const others = `select count(*)::integer from supascope.performance_logs l
      join supascope.dimensions d on d.id = l.dim_id where d.name = '__other__'`
    assert.equal(await value(others), 14)
  })

  it('has a cap for each kind, and keeps apart what is measured in different units', async () => {
    assert.equal((await ingest(client, batch(named('/r', 12), { kind: 'vital' }))).accepted, 12)
    const others = `select d.name, count(*)::integer as events from supascope.web_vitals v
      join supascope.dimensions d on d.id = v.dim_id where d.route = '__other__' group by 1`
    assert.deepEqual((await client.query(others)).rows, [{ name: 'LCP', events: 2 }])
  })

  it('stores a bin once for a minute of many events', async () => {
    await rollUpAll(client, 'events')
    await ingest(client, batch(['0-0'], { each: 500 }))
    await rollUpAll(client, 'events')
    const bins = 'select idx, cnt from supascope.sketch_minutes where n = 500'
    const { rows } = await client.query(bins)
    assert.deepEqual(
      rows.map(({ idx, cnt }) => [idx.length, cnt]),
      [[1, ['500']]],
    )
  })

  it('drops an old partition once it is rolled up and nobody reads from it', async () => {
    const child = await oldRows(1)
    const retain = async (): Promise<unknown> =>
      value(`select supascope.retain() #>> array['partitions', $1]`, [child])
    assert.equal(await retain(), 'not yet rolled up')
    await rollUpAll(client, 'events')
    const reader = await connectAs(url)
    await reader.query(`begin; select from supascope.${child}`)
    assert.equal(await retain(), 'in use, tried again next time')
    await reader.query('rollback')
    await reader.end()
    assert.equal(await retain(), 'dropped')
    assert.equal(await value(`select to_regclass('supascope.${child}')`), null)
  })

  it('forgets batches and reports when their time is over', async () => {
    await client.query(`
      update supascope.batches set received_at = now() - interval '4 days';
      insert into supascope.vital_reports select gen_random_uuid(), now() - interval '3 days', 1, 1, 1, 0, 1, 0`)
    await client.query('select supascope.retain()')
    assert.equal(await value('select count(*)::integer from supascope.batches'), 0)
    assert.equal(await value('select count(*)::integer from supascope.vital_reports'), 0)
  })

  it('samples raw events at the ceiling, counts what it leaves out, and takes it back', async () => {
    const held = async (): Promise<Record<string, unknown>> =>
      (await value('select supascope.hold_ceiling()')) as Record<string, unknown>
    const child = await oldRows(250_000, 4)
    await rollUpAll(client, 'events')
    await client.query('update supascope.settings set size_ceiling_bytes = 16777216')
    const over = await held()
    assert.equal(over.raw_sample, 2)
    assert.deepEqual(over.dropped, { [child]: 'dropped' })

    const before = await counted()
    const { accepted, reasons } = await ingest(client, batch(['0-0'], { each: 2000 }))
    assert.equal(accepted + (reasons.sampled ?? 0), 2000)
    assert.ok(accepted > 800 && accepted < 1200, `${accepted} of 2000`)
    await rollUpAll(client, 'events')
    assert.equal((await counted()) - before, 2 * accepted)

    await client.query('update supascope.settings set size_ceiling_bytes = 1073741824')
    assert.equal((await held()).raw_sample, 1)
  })

  const counted = async (): Promise<number> =>
    Number(await value('select coalesce(sum(n), 0) from supascope.sketch_minutes'))

  /** Raw events of days ago, as they lie there after that time. */
  async function oldRows(count: number, daysAgo = 20): Promise<string> {
    const day = `(now() at time zone 'UTC')::date - ${daysAgo}`
    await client.query(`select supascope.ensure_partitions('performance_logs', ${day}, ${day})`)
    await client.query(
      `insert into supascope.performance_logs (ts, dim_id, value, trace)
      select (${day})::timestamp at time zone 'UTC' + interval '1 hour', 1, 1, gen_random_uuid()
      from generate_series(1, $1)`,
      [count],
    )
    await client.query(
      `insert into supascope.batches (id, position, accepted, raw_rows)
      select gen_random_uuid(), max(position), $1, $1 from supascope.performance_logs`,
      [count],
    )
    return String(await value(`select supascope.partition_name('performance_logs', ${day})`))
  }
})
