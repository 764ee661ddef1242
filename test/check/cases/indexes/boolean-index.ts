import type { PlantedCase } from '../../planted-case.ts'
import { inSteps } from './in-steps.ts'

export const booleanIndex: PlantedCase = {
  rule: 'boolean_index',
  plant: inSteps(
    `
    create table public.boolean_index_t (id int, rare boolean, gone boolean, even boolean, at timestamptz);
    insert into public.boolean_index_t
      select i, i % 100 = 0, i % 100 = 0, i % 2 = 0, now() from generate_series(1, 12000) i;
    create index boolean_index_rare on public.boolean_index_t (rare);
    create index boolean_index_even on public.boolean_index_t (even);
    create index boolean_index_partial on public.boolean_index_t (rare) where rare;
    -- Others flag every boolean, though these two answer what they were made for.
    create index boolean_index_sorted on public.boolean_index_t (gone, at);
    create unique index boolean_index_one_each on public.boolean_index_t (id, even);
    create table public.boolean_index_small (flag boolean);
    insert into public.boolean_index_small values (true), (false);
    create index boolean_index_tiny on public.boolean_index_small (flag)`,
    `analyze public.boolean_index_t, public.boolean_index_small`,
  ),
  defects: [
    'public.boolean_index_t.boolean_index_rare',
    'public.boolean_index_t.boolean_index_even',
  ],
  decoys: [
    'public.boolean_index_t.boolean_index_partial',
    'public.boolean_index_t.boolean_index_sorted',
    'public.boolean_index_t.boolean_index_one_each',
    'public.boolean_index_small.boolean_index_tiny',
  ],
}
