import type { PlantedCase } from '../../planted-case.ts'

export const redundantIndex: PlantedCase = {
  rule: 'redundant_index',
  plant: `
    create table public.redundant_index_t (a int, b int not null, c int, d int, e int, primary key (a, b));
    create index redundant_index_pkey on public.redundant_index_t (a);
    create index redundant_index_short on public.redundant_index_t (c);
    create index redundant_index_long on public.redundant_index_t (c, d);
    create index redundant_index_included on public.redundant_index_t (d) include (e);
    create index redundant_index_bare on public.redundant_index_t (d);
    -- Its condition leaves nothing out.
    create index redundant_index_always on public.redundant_index_t (c) where b is not null;
    create index redundant_index_second on public.redundant_index_t (b);
    create unique index redundant_index_unique on public.redundant_index_t (e);
    create index redundant_index_of_unique on public.redundant_index_t (e, a);
    create index redundant_index_mixed on public.redundant_index_t (b desc, c);
    create index redundant_index_order on public.redundant_index_t (b desc nulls last, d);
    create index redundant_index_payload on public.redundant_index_t (c) include (e);
    create index redundant_index_hash on public.redundant_index_t using hash (a)`,
  defects: [
    'public.redundant_index_t.redundant_index_pkey',
    'public.redundant_index_t.redundant_index_short',
    'public.redundant_index_t.redundant_index_bare',
    'public.redundant_index_t.redundant_index_always',
    'public.redundant_index_t.redundant_index_second',
  ],
  decoys: [
    'public.redundant_index_t.redundant_index_t_pkey',
    'public.redundant_index_t.redundant_index_long',
    'public.redundant_index_t.redundant_index_included',
    'public.redundant_index_t.redundant_index_unique',
    'public.redundant_index_t.redundant_index_of_unique',
    'public.redundant_index_t.redundant_index_mixed',
    'public.redundant_index_t.redundant_index_order',
    'public.redundant_index_t.redundant_index_payload',
    'public.redundant_index_t.redundant_index_hash',
  ],
}
