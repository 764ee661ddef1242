/** Four times the payload makes the server touch four times the rows, not sixteen times. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import type pg from 'pg'
import { testDatabase } from '../database.ts'
import { connectAs, ingest } from './ingest.ts'
import { type Work, workOf } from './work.ts'

const now = Date.now()
const minute = Math.floor(now / 60_000) * 60_000
const fn = { kind: 'function', name: 'checkout' }
const lcp = { kind: 'vital', name: 'LCP' }
const sketch = { d: 0, t: minute, n: 2, err: 0, z: 0, sum: 2, min: 1, max: 1, i: [1, 2], c: [1, 1] }
const many = <T>(length: number, make: (k: number) => T): T[] =>
  Array.from({ length }, (_, k) => make(k))

/** Batches of `n` entries that each try another part of the function. */
const batches: Record<string, (n: number) => object> = {
  events: (n) => ({ dims: [fn], events: many(n, () => ({ d: 0, t: now, v: 1 })) }),
  'bad events': (n) => ({ dims: [fn], events: many(n, () => ({ d: 0, t: now, v: -1 })) }),
  'new dimensions': (n) => ({
    dims: many(n, () => ({ ...fn, route: randomUUID() })),
    events: many(n, (d) => ({ d, t: now, v: 1 })),
  }),
  'known dimensions': (n) => ({
    dims: many(n, (k) => ({ ...fn, route: `/${k}` })),
    events: many(n, (d) => ({ d, t: now, v: 1 })),
  }),
  'new reports': (n) => ({
    dims: [lcp],
    events: many(n, () => ({ d: 0, t: now, v: 1, id: randomUUID() })),
  }),
  'later reports': (n) => ({
    dims: [lcp],
    events: many(n, (k) => ({ d: 0, t: now, v: 1, id: `m${k}`, s: sequence++ % 1e6 })),
  }),
  'reports of one metric': (n) => ({
    dims: [lcp],
    events: many(n, (s) => ({ d: 0, t: now, v: 1, id: 'one', s })),
  }),
  attributes: (n) => ({
    dims: [fn],
    events: many(n, () => ({ d: 0, t: now, v: 1, a: { one: 1, two: 'two' } })),
  }),
  sketches: (n) => ({ dims: [fn], sketches: many(n, () => sketch) }),
  'long sketches': (n) => ({
    dims: [fn],
    sketches: many(4, () => ({
      ...sketch,
      n: n / 4,
      i: many(n / 4, (k) => k),
      c: many(n / 4, () => 1),
    })),
  }),
}
let sequence = 0

for (const version of [15, 18] as const) {
  describe(`work of a batch on ${version}`, () => {
    let client: pg.Client
    before(async () => {
      const database = await testDatabase({ version, migrated: true })
      client = await connectAs(database.adminUrl)
    })
    after(() => client.end())

    for (const [name, make] of Object.entries(batches)) {
      test(`grows with its ${name}, no faster`, async () => {
        const text = (n: number): string => JSON.stringify({ v: 1, id: randomUUID(), ...make(n) })
        // After five calls Postgres may change to plans that don't look at the payload.
        for (let call = 0; call < 8; call++) await ingest(client, text(800))
        const [small, large] = [await work(client, text(200)), await work(client, text(800))]
        assert.ok(small.rows > 200, `${small.rows} rows were seen`)
        assert.ok(large.rows < 4.4 * small.rows, `${large.rows} rows for ${small.rows}`)
        assert.deepEqual(large.searches, [])
      })
    }
  })
}

function work(client: pg.Client, payload: string): Promise<Work> {
  return workOf(client, 'select public.ingest_performance_logs($1::jsonb)', [payload])
}
