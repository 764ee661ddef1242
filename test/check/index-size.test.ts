/** The size that a B-tree would have if it were built now, against one that was. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import { freshlyBuiltBytes } from '../../src/check/indexes/expected-size.ts'
import { readFacts } from '../../src/collect/catalog/index.ts'
import { connect, detectCapabilities } from '../../src/db/index.ts'
import { testDatabase } from '../database.ts'

test('is estimated within the fifth that findings speak of', async () => {
  const database = await testDatabase({ version: 17 })
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  await client.query(`
    create table public.sized (a int, u uuid, t text, n numeric, d timestamptz);
    insert into public.sized
      select i, gen_random_uuid(), md5(i::text) || repeat('x', i % 20), i * 1.5,
        case when i % 3 = 0 then now() + i * interval '1 s' end
      from generate_series(1, 30000) i;
    create index on public.sized (a);
    create index on public.sized (u);
    create index on public.sized (t) with (fillfactor = 70);
    create index on public.sized (u, a);
    create index on public.sized (n);
    create index on public.sized (a, d);
    create index on public.sized (a) include (t);
    analyze public.sized`)
  await client.end()
  const connection = await connect({ url: database.url })
  const facts = await readFacts(connection.db, await detectCapabilities(connection.db), {
    only: new Set(['columns', 'indexes']),
  })
  await connection.close()
  const { columns = [], indexes = [] } = facts.seen
  const sized = indexes.filter(({ table }) => table === 'sized')
  assert.equal(sized.length, 7)
  for (const index of sized) {
    const numbers = [...index.keys.map(({ column }) => column), ...index.included]
    const own = numbers.map((number) =>
      columns.find((one) => one.tableOid === index.tableOid && one.number === number),
    )
    const error = (freshlyBuiltBytes(index, own) ?? 0) / index.bytes - 1
    assert.ok(Math.abs(error) <= 0.2, `${index.definition}: ${(error * 100).toFixed(1)} %`)
  }
})
