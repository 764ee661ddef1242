import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import { testDatabase } from '../../../test/database.ts'
import { connect } from '../../db/index.ts'
import { noteTableSizes } from './index.ts'

for (const version of [15, 18] as const) {
  test(`sizes are noted once an hour, in bounds, and beside locks on ${version}`, async (t) => {
    const database = await testDatabase({ version, migrated: true })
    const client = new pg.Client({ connectionString: database.url })
    const holder = new pg.Client({ connectionString: database.url })
    const { db, close } = await connect({ url: database.url })
    await client.connect()
    await holder.connect()
    t.after(async () => {
      await holder.end()
      await client.end()
      await close()
    })
    await client.query(`
      create table public.part (id int) partition by range (id);
      create table public.part_1 partition of public.part for values from (0) to (1000);
      create table public.part_2 partition of public.part for values from (1000) to (9000);
      create table public.alone as select generate_series(1, 5000) as id;
      create table public.held as select generate_series(1, 5000) as id;
      insert into public.part select generate_series(1, 5000)`)
    await client.query('vacuum public.part, public.alone, public.held')
    await holder.query('begin; lock table public.held in access exclusive mode')
    const sizes = async (): Promise<Record<string, string>> => {
      const { rows } = await client.query(
        `select table_name, bytes from supascope.table_sizes
        where schema_name = 'public' and taken_at > now() - interval '2 hours'`,
      )
      return Object.fromEntries(rows.map((row) => [row.table_name, row.bytes]))
    }

    assert.ok((await noteTableSizes(db)) >= 2)
    const { rows } = await client.query(`
      select pg_total_relation_size('public.alone') as alone,
        pg_total_relation_size('public.part_1') + pg_total_relation_size('public.part_2') as part`)
    // What is held can't be asked; partitions are one table.
    assert.deepEqual(await sizes(), rows[0])
    // Another hour may have begun meanwhile: then it is noted anew, and never twice within one.
    await noteTableSizes(db)
    const { rows: noted } = await client.query(`
      select count(*)::int as rows, count(distinct taken_at)::int as hours
      from supascope.table_sizes where schema_name = 'public'`)
    assert.equal(noted[0].rows, 2 * noted[0].hours)

    await client.query(`
      delete from supascope.table_sizes;
      insert into supascope.table_sizes
      select date_trunc('hour', now()) - n * interval '1 hour', 'public', 'old', 1
      from generate_series(1, 24 * 40) n`)
    await noteTableSizes(db)
    const { rows: kept } = await client.query(`
      select count(*)::int as rows, min(taken_at) >= now() - interval '36 days' as young
      from supascope.table_sizes where table_name = 'old'`)
    // Three to four days by the hour, and one row for each of the 32 before.
    assert.ok(kept[0].rows >= 72 + 31 && kept[0].rows <= 96 + 33, `${kept[0].rows}`)
    assert.ok(kept[0].young)
  })
}
