import type { PlantedCase } from '../../planted-case.ts'

export const indexStopsHot: PlantedCase = {
  rule: 'index_stops_hot',
  async plant({ client }) {
    await client.query(`
      create table public.index_stops_hot_t (id int primary key, status int, name text) with (fillfactor = 40);
      create table public.index_stops_hot_fine (id int primary key, status int, seen int) with (fillfactor = 40);
      insert into public.index_stops_hot_t select i, 0, i from generate_series(1, 500) i;
      insert into public.index_stops_hot_fine select i, 0, 0 from generate_series(1, 500) i;
      create index index_stops_hot_status on public.index_stops_hot_t (status);
      create index index_stops_hot_name on public.index_stops_hot_t (name);
      create index index_stops_hot_other on public.index_stops_hot_fine (status)`)
    // Each by itself, so that pages are pruned in between and updates can stay within theirs.
    for (let round = 0; round < 22; round++) {
      await client.query('update public.index_stops_hot_t set status = status + 1')
      await client.query('update public.index_stops_hot_fine set seen = seen + 1')
    }
    await client.query('select pg_stat_force_next_flush()')
    return undefined
  },
  defects: ['public.index_stops_hot_t.index_stops_hot_status'],
  decoys: [
    'public.index_stops_hot_t.index_stops_hot_name',
    'public.index_stops_hot_t.index_stops_hot_t_pkey',
    'public.index_stops_hot_fine.index_stops_hot_other',
  ],
}
