/** A vital that is reported again counts once, with its last value, whenever it was rolled up. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import type pg from 'pg'
import { add, createSketch, quantile } from '../../client-sdk/src/sketch.ts'
import type { Answer } from '../../client-sdk/src/wire.ts'
import { versions } from '../catalog/golden.ts'
import { testDatabase } from '../database.ts'
import { connectAs, ingest, rollUpAll } from './ingest.ts'

const hour = 3_600_000
const start = Math.floor(Date.now() / hour) * hour - hour

for (const version of versions) {
  describe(`reports on ${version}`, () => {
    let url: string
    let client: pg.Client
    before(async () => {
      url = (await testDatabase({ version, migrated: true })).url
      client = await connectAs(url)
    })
    after(() => client.end())

    /** Another minute for each report, so that taking back must find the old one's. */
    function report(id: string, s: number, v: number, name: string, by = client): Promise<Answer> {
      const event = { d: 0, t: start + s * 60_000, v, id, s }
      const batch = { v: 1, id: randomUUID(), dims: [{ kind: 'vital', name }], events: [event] }
      return ingest(by, JSON.stringify(batch))
    }

    async function read(name: string): Promise<{ events: string; quantiles: number[] }[]> {
      const { rows } = await client.query(
        `select q.events, q.quantiles from supascope.quantiles(
           supascope.find_dimensions(jsonb_build_object('name', $1::text)),
           to_timestamp($2::float8 / 1000), to_timestamp($2::float8 / 1000) + interval '1 hour',
           '{0.5,1}') q where q.events > 0`,
        [name, start],
      )
      return rows
    }

    function one(value: number, scale: number): { events: string; quantiles: number[] } {
      const sketch = createSketch()
      add(sketch, Math.fround(value) * scale)
      // What was taken back may show in the smallest and largest value, within the bin.
      return { events: '1', quantiles: [0.5, 1].map((q) => (quantile(sketch, q) ?? 0) / scale) }
    }

    const near = (actual: number[] = [], expected: number[] = []): boolean =>
      actual.every((value, k) => Math.abs(value / (expected[k] ?? 0) - 1) <= 0.0101)

    for (const between of [false, true]) {
      test(`the last one counts, rolled up ${between ? 'after each' : 'at the end'}`, async () => {
        const name = between ? 'CLS' : 'INP'
        const scale = between ? 1000 : 1
        const answers: Answer[] = []
        for (const [s, v] of [
          [1, 0.1],
          [3, 0.3],
          [2, 0.2],
          [3, 0.9],
          [5, 0.5],
        ] as const) {
          answers.push(await report(`m-${name}`, s, v, name))
          if (between) await rollUpAll(client, 'events')
          if (between && s === 3) await rollUpAll(client, 'minutes')
        }
        await rollUpAll(client, 'events')
        assert.deepEqual(
          answers.map(({ accepted, reasons }) => [accepted, reasons]),
          [
            [1, {}],
            [1, {}],
            [0, { superseded: 1 }],
            [0, { superseded: 1 }],
            [1, {}],
          ],
        )
        for (const compacted of [false, true]) {
          if (compacted) await rollUpAll(client, 'minutes')
          const [found, ...more] = await read(name)
          const expected = one(0.5, scale)
          assert.deepEqual(more, [])
          assert.equal(found?.events, expected.events)
          assert.ok(near(found?.quantiles, expected.quantiles), `${found?.quantiles} for 0.5`)
        }
        const { rows } = await client.query(
          'select sum(weight)::integer as n from supascope.web_vitals',
        )
        assert.equal(rows[0].n, between ? 2 : 1)
      })
    }

    test('ten senders at once report one metric: the highest counts, once', async () => {
      const senders = await Promise.all(Array.from({ length: 10 }, () => connectAs(url)))
      await Promise.all(
        senders.map((sender, k) => report('m-LCP', k + 1, 100 * (k + 1), 'LCP', sender)),
      )
      await Promise.all(senders.map((sender) => sender.end()))
      await rollUpAll(client, 'events')
      const [found] = await read('LCP')
      assert.equal(found?.events, '1')
      assert.ok(near(found?.quantiles, [1000, 1000]), `${found?.quantiles}`)
    })
  })
}
