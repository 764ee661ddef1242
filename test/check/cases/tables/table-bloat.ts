import type { PlantedCase } from '../../planted-case.ts'
import { flushCounters } from './keep-autovacuum-out.ts'

export const tableBloat: PlantedCase = {
  rule: 'table_bloat',
  async plant({ client }) {
    await client.query(`
      create unlogged table public.table_bloat_bad (id int, word text);
      alter table public.table_bloat_bad alter word set storage plain;
      insert into public.table_bloat_bad select n, repeat('x', 3900) from generate_series(1, 32000) n;
      delete from public.table_bloat_bad where id % 20 <> 0;
      -- One row a page, because that is wanted.
      create unlogged table public.table_bloat_roomy (id int, word text) with (fillfactor = 10);
      alter table public.table_bloat_roomy alter word set storage plain;
      insert into public.table_bloat_roomy select n, repeat('x', 900) from generate_series(1, 15000) n;
      create unlogged table public.table_bloat_small (id int, word text);
      insert into public.table_bloat_small select n, repeat('x', 900) from generate_series(1, 8000) n;
      delete from public.table_bloat_small where id % 5 <> 0`)
    await client.query(flushCounters)
    await client.query(`vacuum (analyze) public.table_bloat_bad, public.table_bloat_roomy,
      public.table_bloat_small`)
    return undefined
  },
  defects: ['public.table_bloat_bad'],
  decoys: ['public.table_bloat_roomy', 'public.table_bloat_small'],
}
