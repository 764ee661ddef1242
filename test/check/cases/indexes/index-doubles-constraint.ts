import type { PlantedCase } from '../../planted-case.ts'

export const indexDoublesConstraint: PlantedCase = {
  rule: 'index_doubles_constraint',
  plant: `
    create table public.index_doubles_t (id int primary key, code text unique, mail text, x int);
    create unique index on public.index_doubles_t (mail);
    -- Others, who compare definitions alone, pass over all three.
    create index index_doubles_pkey on public.index_doubles_t (id);
    create index index_doubles_unique on public.index_doubles_t (code);
    create index index_doubles_mail on public.index_doubles_t (mail desc);
    create index index_doubles_included on public.index_doubles_t (id) include (x);
    create index index_doubles_partial on public.index_doubles_t (id) where x is null;
    create index index_doubles_pattern on public.index_doubles_t (code text_pattern_ops);
    create unique index index_doubles_lower on public.index_doubles_t (lower(code))`,
  defects: [
    'public.index_doubles_t.index_doubles_pkey',
    'public.index_doubles_t.index_doubles_unique',
    'public.index_doubles_t.index_doubles_mail',
  ],
  decoys: [
    'public.index_doubles_t.index_doubles_t_pkey',
    'public.index_doubles_t.index_doubles_t_code_key',
    'public.index_doubles_t.index_doubles_included',
    'public.index_doubles_t.index_doubles_partial',
    'public.index_doubles_t.index_doubles_pattern',
    'public.index_doubles_t.index_doubles_lower',
  ],
}
