/** Single payloads of absurd size or shape, and who may send or read what. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import pg from 'pg'
import { limits } from '../../client-sdk/src/wire.ts'
import { type TestDatabase, testDatabase } from '../database.ts'
import { connectAs, ingest } from './ingest.ts'

const fn = { kind: 'function', name: 'checkout' }
const event = (fields: object = {}): object => ({ d: 0, t: Date.now(), v: 1, ...fields })
const batch = (fields: object): string =>
  JSON.stringify({ v: 1, id: randomUUID(), dims: [fn], ...fields })
const megabyte = 'x'.repeat(1 << 20)
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)

describe('absurd payloads', () => {
  let database: TestDatabase
  let client: pg.Client
  let owner: pg.Client
  before(async () => {
    database = await testDatabase({ migrated: true })
    client = await connectAs(database.roleUrl('authenticator'), 'service_role')
    owner = await connectAs(database.url)
  })
  after(() => Promise.all([client.end(), owner.end()]))

  const taken: Record<string, string> = {
    'a megabyte in a field that is ignored': batch({ events: [event()], x: megabyte }),
    'a thousand levels in a field that is ignored': batch({ events: [event()] }).replace(
      /}$/,
      `,"x":${nested(1000)}}`,
    ),
    'a hundred thousand fields': batch({
      events: [event()],
      ...Object.fromEntries(Array.from({ length: 100_000 }, (_, k) => [`k${k}`, k])),
    }),
  }
  for (const [name, text] of Object.entries(taken)) {
    test(`${name}: the event beside it is taken`, async () => {
      const answer = await ingest(client, text)
      assert.deepEqual(answer, { accepted: 1, duplicate: false, dropped: 0, reasons: {} })
    })
  }

  const dropped: Record<string, [reason: string, text: string]> = {
    'a name of a megabyte': [
      'bad_dim',
      batch({ dims: [{ ...fn, name: megabyte }], events: [event()] }),
    ],
    'an attribute of a megabyte': [
      'bad_attributes',
      batch({ events: [event({ a: { k: megabyte } })] }),
    ],
    'a key of a megabyte': ['bad_attributes', batch({ events: [event({ a: { [megabyte]: 1 } })] })],
    'a trace id of a megabyte': ['bad_trace', batch({ events: [event({ tr: megabyte })] })],
    'a metric id of a megabyte': ['bad_metric_id', batch({ events: [event({ id: megabyte })] })],
    'a value of a hundred thousand digits': [
      'bad_value',
      batch({ events: [event({ v: 'HERE' })] }).replace('"HERE"', '9'.repeat(100_000)),
    ],
    'an index of a hundred thousand digits': [
      'bad_dim',
      batch({ events: [event({ d: 'HERE' })] }).replace('"HERE"', '9'.repeat(100_000)),
    ],
    'deep attributes': [
      'bad_attributes',
      batch({ events: [event({ a: 'HERE' })] }).replace('"HERE"', `{"k":${nested(1000)}}`),
    ],
    'a sketch of a million bins': [
      'bad_sketch',
      batch({
        sketches: [
          {
            ...{ d: 0, t: Math.floor(Date.now() / 60_000) * 60_000, n: 1e6, err: 0, z: 0 },
            ...{ sum: 1, min: 0, max: 1, i: Array(1e6).fill(1), c: Array(1e6).fill(1) },
          },
        ],
      }),
    ],
  }
  for (const [name, [reason, text]] of Object.entries(dropped)) {
    test(`${name}: dropped and counted`, async () => {
      const answer = await ingest(client, text)
      assert.deepEqual(answer, {
        accepted: 0,
        duplicate: false,
        dropped: 1,
        reasons: { [reason]: 1 },
      })
    })
  }

  test('a million entries that are too many are counted, not read', async () => {
    const answer = await ingest(client, batch({ events: Array(1e6).fill(0) }))
    assert.deepEqual(answer.reasons, { too_many: 1e6 - limits.events, bad_event: limits.events })
  })

  test('no payload at all', async () => {
    const { rows } = await client.query('select public.ingest_performance_logs(null) as answer')
    assert.deepEqual(rows[0].answer, {
      accepted: 0,
      duplicate: false,
      dropped: 1,
      reasons: { bad_payload: 1 },
    })
  })

  test('what jsonb refuses leaves nothing, and the next batch is taken', async () => {
    for (const text of [
      batch({ x: '\u0000' }),
      batch({ x: '\ud800' }),
      `{"x":${nested(100_000)}}`,
    ]) {
      await assert.rejects(ingest(client, text), pg.DatabaseError)
    }
    assert.equal((await ingest(client, batch({ events: [event()] }))).accepted, 1)
  })

  for (const role of ['anon', 'authenticated']) {
    test(`${role} may neither send nor read`, async () => {
      await withRole(database, role, async (stranger) => {
        await assertDenied(stranger, "select public.ingest_performance_logs('{}')")
        const objects = await ours(owner)
        assert.ok(objects.length > 20)
        for (const { statement } of objects) await assertDenied(stranger, statement)
      })
    })
  }

  test('the schema is not the only gate: no object grants them anything', async () => {
    const { rows } = await owner.query(`
      select r.role, c.relname as object from (values ('anon'), ('authenticated')) r (role),
        pg_catalog.pg_class c
      where c.relnamespace = 'supascope'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
        and has_table_privilege(r.role, c.oid, 'select, insert, update, delete, truncate')
      union all
      select r.role, p.proname from (values ('anon'), ('authenticated')) r (role),
        pg_catalog.pg_proc p
      where p.pronamespace = 'supascope'::regnamespace
        and has_function_privilege(r.role, p.oid, 'execute')`)
    assert.deepEqual(rows, [])
  })

  test("functions with their owner's rights only read, so that they may be granted", async () => {
    const { rows } = await owner.query(`
      select p.oid::regprocedure::text as name from pg_catalog.pg_proc p
      where p.pronamespace = 'supascope'::regnamespace and p.prosecdef and p.provolatile = 'v'`)
    assert.deepEqual(rows, [])
  })

  test('service_role may send, and read nothing by itself', async () => {
    await assertDenied(client, 'select from supascope.performance_logs')
    await assertDenied(client, 'select from supascope.dimensions')
  })
})

async function withRole(
  database: TestDatabase,
  role: string,
  work: (client: pg.Client) => Promise<void>,
): Promise<void> {
  const client = await connectAs(database.roleUrl('authenticator'), role)
  try {
    await work(client)
  } finally {
    await client.end()
  }
}

async function assertDenied(client: pg.Client, statement: string): Promise<void> {
  await assert.rejects(client.query(statement), { code: '42501' }, statement)
}

/** A statement for every relation and function of ours that a role could try. */
async function ours(client: pg.Client): Promise<{ statement: string }[]> {
  const { rows } = await client.query(`
    select format('select * from supascope.%I', relname) as statement from pg_catalog.pg_class
    where relnamespace::regnamespace::text = 'supascope' and relkind in ('r', 'p', 'v', 'm', 'S')
    union all
    select format('select supascope.%I(%s)', p.proname,
      (select string_agg(format('null::%s', t::regtype), ', ' order by place)
       from unnest(p.proargtypes) with ordinality a (t, place)))
    from pg_catalog.pg_proc p
    where p.pronamespace::regnamespace::text = 'supascope' and p.prokind = 'f'`)
  return rows
}
