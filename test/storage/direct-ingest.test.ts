/** The way past the edge function: off until a team applies it, and then narrow. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import type pg from 'pg'
import { testDatabase } from '../database.ts'
import { connectAs, stored } from './ingest.ts'

const file = new URL('../../migrations/opt-in/direct_ingest.sql', import.meta.url)

const batch = (events = 1, dim: object = { kind: 'vital', name: 'LCP' }): string => {
  const event = { d: 0, t: Date.now(), v: 1, w: 500, a: { secret: 'x' } }
  return JSON.stringify({ v: 1, id: randomUUID(), dims: [dim], events: Array(events).fill(event) })
}

describe('direct ingestion', () => {
  let admin: pg.Client
  let anon: pg.Client

  before(async () => {
    const database = await testDatabase({ migrated: true })
    admin = await connectAs(database.url)
    anon = await connectAs(database.adminUrl, 'anon')
  })

  after(() => Promise.all([admin.end(), anon.end()]))

  /** As PostgREST calls it; says how many rows of vitals came of it. */
  async function send(body: string, headers: Record<string, string> = {}): Promise<number> {
    const before = (await stored(admin)).vitals ?? 0
    const given = { origin: 'https://example.com', 'x-real-ip': randomUUID(), ...headers }
    await anon.query('begin')
    await anon.query(`select set_config('request.headers', $1, true)`, [JSON.stringify(given)])
    const { rows } = await anon.query('select public.ingest_web_vitals($1) as said', [body])
    await anon.query('commit')
    assert.equal(rows[0].said, '')
    return ((await stored(admin)).vitals ?? 0) - before
  }

  it('is not there by default', async () => {
    await assert.rejects(anon.query('select public.ingest_web_vitals($1)', [batch()]), {
      code: '42883',
    })
  })

  it('may be applied twice, and then takes nothing until an origin is named', async () => {
    const text = await readFile(file, 'utf8')
    await admin.query(text)
    await admin.query(text)
    assert.equal(await send(batch()), 0)
    await admin.query(`update supascope.direct_ingest set origins = array['https://example.com']`)
    assert.equal(await send(batch()), 1)
  })

  it('takes vitals alone, each once and without attributes', async () => {
    const { rows } = await admin.query('select weight, attrs from supascope.web_vitals')
    assert.deepEqual(rows, [{ weight: 1, attrs: null }])
    assert.equal(await send(batch(1, { kind: 'api', name: 'orders' })), 0)
    assert.equal((await stored(admin)).logs, 0)
  })

  it('takes nothing from another origin, or from none', async () => {
    assert.equal(await send(batch(), { origin: 'https://example.org' }), 0)
    assert.equal(await send(batch(), { origin: '' }), 0)
  })

  it('takes fifty events of a call', async () => {
    assert.equal(await send(batch(60)), 50)
    assert.equal(await send(batch(400)), 0)
  })

  it('says nothing about what it cannot read', async () => {
    for (const body of ['', '{', 'null', '[]', '"\\u0000"', '1e999999', '['.repeat(10_000)]) {
      assert.equal(await send(body), 0, body.slice(0, 20))
    }
  })

  it('takes as many calls of one client a minute as it is told', async () => {
    await admin.query('update supascope.direct_ingest set calls_per_client_and_minute = 2')
    const taken: number[] = []
    for (let call = 0; call < 6; call++)
      taken.push(await send(batch(), { 'x-real-ip': '192.0.2.1' }))
    // The minute may change once in between.
    const sum = taken.reduce((total, rows) => total + rows, 0)
    assert.ok(sum >= 2 && sum <= 4, `${sum} calls were taken`)
    assert.equal(await send(batch(), { 'x-real-ip': '192.0.2.2' }), 1)
  })

  it('lets anon read and call nothing else', async () => {
    for (const query of [
      'select * from supascope.direct_ingest',
      'select supascope.may_ingest_directly()',
      `select public.ingest_performance_logs('{}')`,
    ]) {
      await assert.rejects(anon.query(query), { code: '42501' })
    }
  })
})
