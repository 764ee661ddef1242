/** How far the estimate of bloat is off, on tables that have none. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import { estimateHeap } from '../../src/check/tables/estimate-heap.ts'
import { readFacts } from '../../src/collect/catalog/index.ts'
import { connect, detectCapabilities } from '../../src/db/index.ts'
import { testDatabase } from '../database.ts'

/** As docs/findings/table_bloat.md says: a fifth. */
const error = 0.2

const tables = {
  numbers: '(a int, b bigint, c smallint, d boolean)',
  texts: '(id bigint, word text, note text)',
  nulls: '(id bigint, a int, b text, c timestamptz, d uuid)',
  rows: '(id uuid, at timestamptz, price numeric, tags text[], body jsonb)',
  roomy: '(id bigint, word text) with (fillfactor = 50)',
}

const contents: Record<keyof typeof tables, string> = {
  numbers: 'n, n, (n % 100)::int2, n % 2 = 0',
  texts: "n, repeat('w', n % 50), repeat('n', n % 200)",
  nulls:
    "n, case when n % 2 = 0 then n end, case when n % 3 = 0 then 'x' end, case when n % 10 = 0 then now() end, null",
  rows: `gen_random_uuid(), now(), n / 7.0, array['a', 'b'], jsonb_build_object('k', n, 'v', repeat('x', n % 90))`,
  roomy: "n, repeat('w', 40)",
}

for (const version of [15, 18] as const) {
  test(`the estimate is right to a fifth on ${version}`, async (t) => {
    const database = await testDatabase({ version })
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    const { db, close } = await connect({ url: database.url })
    t.after(async () => {
      await close()
      await client.end()
    })
    for (const [name, columns] of Object.entries(tables)) {
      const row = contents[name as keyof typeof tables]
      await client.query(`create table public.${name} ${columns}`)
      await client.query(
        `insert into public.${name} select ${row} from generate_series(1, 20000) n`,
      )
    }
    await client.query('vacuum (analyze)')
    const { seen } = await readFacts(db, await detectCapabilities(db), {
      only: new Set(['tables', 'columns']),
    })
    for (const name of Object.keys(tables)) {
      const table = seen.tables?.find((one) => one.schema === 'public' && one.name === name)
      assert.ok(table)
      const columns = seen.columns?.filter(({ tableOid }) => tableOid === table.oid) ?? []
      const fillfactor = Number(table.options.fillfactor ?? 100)
      const estimate = estimateHeap(table.rows ?? 0, columns, fillfactor)
      assert.ok(estimate !== null)
      const off = estimate / table.heapBytes - 1
      t.diagnostic(`${name}: ${(off * 100).toFixed(1)} %`)
      assert.ok(Math.abs(off) <= error, `${name}: ${off}`)
    }
  })
}
