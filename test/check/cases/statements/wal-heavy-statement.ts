import pg from 'pg'
import type { PlantedCase } from '../../planted-case.ts'

export const walHeavyStatement: PlantedCase = {
  rule: 'wal_heavy_statement',
  async plant({ database, client }) {
    await client.query(`
      create table public.wal_heavy_statement_bad as
        select i as id, 0 as n, repeat('x', 80) as body from generate_series(1, 60000) i;
      create table public.wal_heavy_statement_little as
        select * from public.wal_heavy_statement_bad where id <= 2000;
      create table public.wal_heavy_statement_bulk (id int, body text)`)
    const admin = new pg.Client({ connectionString: database.adminUrl })
    await admin.connect()
    await admin.query('checkpoint')
    await admin.end()
    // One row of each page: after the checkpoint each of them goes into the WAL as a whole.
    await client.query('update public.wal_heavy_statement_bad set n = n + 1 where id % 60 = 0')
    await client.query('update public.wal_heavy_statement_little set n = n + 1 where id % 60 = 0')
    // As much WAL, and nothing in it but the rows.
    await client.query(`insert into public.wal_heavy_statement_bulk
      select i, repeat('x', 80) from generate_series(1, 40000) i`)
    return undefined
  },
  defects: ['update wal_heavy_statement_bad'],
  decoys: ['update wal_heavy_statement_little', 'insert wal_heavy_statement_bulk'],
}
