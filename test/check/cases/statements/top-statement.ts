import type { PlantedCase } from '../../planted-case.ts'

export const topStatement: PlantedCase = {
  rule: 'top_statement',
  async plant({ client }) {
    await client.query(`
      create table public.top_statement_bad as select i as id from generate_series(1, 20000) i;
      create table public.top_statement_small as select i as id from generate_series(1, 100) i;
      create unique index on public.top_statement_bad (id);
      create unique index on public.top_statement_small (id);
      analyze public.top_statement_bad, public.top_statement_small;
      set enable_seqscan = off; set enable_bitmapscan = off`)
    for (const [table, rows] of [
      ['top_statement_bad', 60_000],
      ['top_statement_small', 100],
    ]) {
      await client.query(`
        select sum((select id from ${table} where id = i % 20000)) from generate_series(1, ${rows}) i`)
    }
    await client.query('reset enable_seqscan; reset enable_bitmapscan')
    return undefined
  },
  defects: ['select top_statement_bad'],
  decoys: ['select top_statement_small', 'select slow_statement_quick'],
}
