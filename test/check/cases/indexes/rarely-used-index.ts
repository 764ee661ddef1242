import type { PlantedCase } from '../../planted-case.ts'

export const rarelyUsedIndex: PlantedCase = {
  rule: 'rarely_used_index',
  plant: `
    create table public.rarely_used_index_t (id int primary key, a int, b int, c int, d int unique);
    create index rarely_used_index_once on public.rarely_used_index_t (a) with (fillfactor = 10);
    create index rarely_used_index_often on public.rarely_used_index_t (b) with (fillfactor = 10);
    create index rarely_used_index_never on public.rarely_used_index_t (c) with (fillfactor = 10);
    insert into public.rarely_used_index_t select i, i, i, i, i from generate_series(1, 12000) i;
    set enable_seqscan = off;
    do $do$
    begin
      perform from public.rarely_used_index_t where a = 7;
      perform from public.rarely_used_index_t where d = 7;
      for i in 1..200 loop
        perform from public.rarely_used_index_t where b = i;
        perform from public.rarely_used_index_t where id = i;
      end loop;
    end
    $do$;
    reset enable_seqscan;
    select pg_stat_force_next_flush()`,
  defects: ['public.rarely_used_index_t.rarely_used_index_once'],
  decoys: [
    'public.rarely_used_index_t.rarely_used_index_often',
    // Another rule's.
    'public.rarely_used_index_t.rarely_used_index_never',
    'public.rarely_used_index_t.rarely_used_index_t_d_key',
  ],
}
