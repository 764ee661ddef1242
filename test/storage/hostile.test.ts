/** Payloads by the thousand: never an exception, never a row that breaks a promise of the format. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import pg from 'pg'
import { parseBatch } from '../../client-sdk/src/wire-parser.ts'
import { almostGoodPayload, hostilePayload } from '../../client-sdk/test/hostile-payload.ts'
import { type ServerKind, testDatabase } from '../database.ts'
import { connectAs, ingest, rollUpAll, stored } from './ingest.ts'

const runs: [version: ServerKind, payloads: number][] = [
  [15, 300],
  [17, 2000],
  [18, 300],
]

for (const [version, payloads] of runs) {
  describe(`hostile payloads on ${version}`, () => {
    let client: pg.Client
    before(async () => {
      const database = await testDatabase({ version, migrated: true })
      client = await connectAs(database.url)
    })
    after(() => client.end())

    test(`${payloads} are answered as the parser answers them`, async () => {
      const payload = fc.oneof(hostilePayload(Date.now()), almostGoodPayload(Date.now()))
      await fc.assert(
        fc.asyncProperty(payload, (payload) => answersAgree(client, payload)),
        { numRuns: payloads, endOnFailure: true },
      )
    })

    test('every row that they left keeps the promises of the format', async () => {
      const { logs = 0, vitals = 0, sketches = 0 } = await stored(client)
      assert.ok(logs > 100 && vitals > 100 && sketches > 100, 'enough was stored to judge')
      for (const [promise, query] of Object.entries(broken)) {
        const { rows } = await client.query(query)
        assert.deepEqual(rows, [], promise)
      }
    })

    test('they do not stop the roll-up, which counts every one of them', async () => {
      await rollUpAll(client, 'events')
      const { rows } = await client.query(
        `
        select (select sum(n) from supascope.sketch_minutes) as rolled,
          (select sum(weight) from supascope.performance_logs)
            + (select sum(weight) from supascope.web_vitals) + $1 as raw`,
        [await preAggregated(client)],
      )
      assert.equal(rows[0].rolled, rows[0].raw)
    })
  })
}

/** Sends one payload as it is, and, if jsonb takes it not, as the edge would pass it on. */
async function answersAgree(client: pg.Client, payload: unknown): Promise<void> {
  await client.query('delete from supascope.vital_reports')
  const { batch, accepted, dropped, reasons } = parseBatch(payload, Date.now())
  const text = JSON.stringify(payload)
  if (await jsonbRefuses(client, text)) {
    if (batch === null) return
    const clean = JSON.stringify({ ...batch, id: randomUUID() })
    const answer = await ingest(client, clean)
    assert.deepEqual(answer, { accepted, duplicate: false, dropped: 0, reasons: {} })
    return
  }
  const answer = await ingest(client, text)
  assert.deepEqual(answer, { accepted, duplicate: false, dropped, reasons })
}

async function jsonbRefuses(client: pg.Client, text: string): Promise<boolean> {
  try {
    await client.query('select $1::jsonb', [text])
    return false
  } catch (error) {
    assert.ok(error instanceof pg.DatabaseError)
    assert.match(String(error.code), /^22P0[25]$|^22003$|^54001$/, error.message)
    return true
  }
}

/** What the sketches that were sent stand for: the partials of a batch have its position. */
async function preAggregated(client: pg.Client): Promise<string> {
  const { rows } = await client.query(`
    select coalesce(sum(s.n), 0) as sent
    from supascope.sketch_minutes s join supascope.batches b on b.position = s.position`)
  return rows[0].sent
}

/** Rows that must not be there. */
const broken = {
  'values are finite and not negative': `
    select * from (select * from supascope.performance_logs union all select * from supascope.web_vitals) e
    where not (e.value >= 0 and e.value <= 1e9) or e.flags not in (0, 1)`,
  'weights are within their limits': `
    select * from (select * from supascope.performance_logs union all select * from supascope.web_vitals) e
    where not (e.weight between 1 and 1000000)`,
  'events are timely': `
    select * from (select * from supascope.performance_logs union all select * from supascope.web_vitals) e
    where not (e.ts between now() - interval '49 hours' and now() + interval '11 minutes')`,
  'attributes are small flat objects': `
    select e.attrs from (select * from supascope.performance_logs union all select * from supascope.web_vitals) e
    where jsonb_typeof(e.attrs) <> 'object' or length(e.attrs::text) > 16 * 800
      or exists (select from jsonb_each(e.attrs) a where jsonb_typeof(a.value) in ('object', 'array', 'null'))`,
  'vitals and the rest are apart': `
    select d.kind from supascope.performance_logs l join supascope.dimensions d on d.id = l.dim_id
    where d.kind = 'vital'
    union all
    select d.kind from supascope.web_vitals v join supascope.dimensions d on d.id = v.dim_id
    where d.kind <> 'vital'`,
  'every row has its dimension': `
    select e.dim_id from (
      select dim_id from supascope.performance_logs union all select dim_id from supascope.web_vitals
      union all select dim_id from supascope.sketch_minutes
    ) e where not exists (select from supascope.dimensions d where d.id = e.dim_id)`,
  'labels are short and without control characters': `
    select d.* from supascope.dimensions d
    where length(d.name) not between 1 and 128 or length(d.route) > 256 or length(d.device) > 32
      or length(d.region) > 64 or length(d.release) > 64
      or concat(d.name, d.route, d.device, d.region, d.release) ~ '[\\u0001-\\u001f\\u007f-\\u009f]'`,
  'counts of sketches add up': `
    select s.* from supascope.sketch_minutes s
    where s.n <> s.zeros + (select coalesce(sum(c), 0) from unnest(s.cnt) c)
      or s.err > s.n or cardinality(s.idx) <> cardinality(s.cnt)
      or s.idx <> array(select distinct i from unnest(s.idx) i order by i)
      or not (s.min >= 0 and s.max >= s.min and s.max <= 1e9 and s.sum >= 0)
      or date_bin('1 minute', s.bucket, 'epoch') <> s.bucket`,
} satisfies Record<string, string>
