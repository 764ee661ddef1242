import type { PlantedCase } from '../../planted-case.ts'

export const duplicateIndex: PlantedCase = {
  rule: 'duplicate_index',
  plant: `
    create table public.duplicate_index_t (a int, b text, c jsonb, primary key (a));
    create index duplicate_index_1 on public.duplicate_index_t (b);
    create index duplicate_index_2 on public.duplicate_index_t (b);
    -- Read backwards it is the same; those who compare definitions don't see it.
    create index duplicate_index_back on public.duplicate_index_t (b desc);
    create index duplicate_index_gin_1 on public.duplicate_index_t using gin (c);
    create index duplicate_index_gin_2 on public.duplicate_index_t using gin (c);
    create unique index duplicate_index_pkey_again on public.duplicate_index_t (a);
    create index duplicate_index_lower_1 on public.duplicate_index_t (lower(b)) where a > 0;
    create index duplicate_index_lower_2 on public.duplicate_index_t (lower(b)) where a > 0;
    create index duplicate_index_other_class on public.duplicate_index_t (b text_pattern_ops);
    create index duplicate_index_other_collation on public.duplicate_index_t (b collate "C");
    create index duplicate_index_other_nulls on public.duplicate_index_t (b nulls first);
    create index duplicate_index_other_where on public.duplicate_index_t (b) where a > 0;
    create index duplicate_index_other_gin on public.duplicate_index_t using gin (c jsonb_path_ops);
    create table public.duplicate_index_parts (a int, b int) partition by list (a);
    create table public.duplicate_index_parts_1 partition of public.duplicate_index_parts for values in (1);
    create index duplicate_index_whole_1 on public.duplicate_index_parts (b);
    create index duplicate_index_whole_2 on public.duplicate_index_parts (b);
    create table public.duplicate_index_unique (a int primary key, b int unique, c int, d int);
    alter table public.duplicate_index_unique add constraint duplicate_index_said_twice unique (b),
      add constraint duplicate_index_said_by_key unique (a);
    -- Who refers to it, and who resolves conflicts by it, needs the second one.
    alter table public.duplicate_index_unique add constraint duplicate_index_deferred unique (c) deferrable;
    create unique index duplicate_index_arbiter on public.duplicate_index_unique (c);
    alter table public.duplicate_index_unique add constraint duplicate_index_referred unique (d);
    create table public.duplicate_index_child (d int references public.duplicate_index_unique (d));
    alter table public.duplicate_index_unique add constraint duplicate_index_unreferred unique (d)`,
  defects: [
    'public.duplicate_index_t.duplicate_index_2',
    'public.duplicate_index_t.duplicate_index_back',
    'public.duplicate_index_t.duplicate_index_gin_2',
    'public.duplicate_index_t.duplicate_index_pkey_again',
    'public.duplicate_index_t.duplicate_index_lower_2',
    // On the partitioned table, where it can be dropped.
    'public.duplicate_index_parts.duplicate_index_whole_2',
    'public.duplicate_index_unique.duplicate_index_said_twice',
    'public.duplicate_index_unique.duplicate_index_said_by_key',
    'public.duplicate_index_unique.duplicate_index_unreferred',
  ],
  decoys: [
    // Of two alike one stays.
    'public.duplicate_index_t.duplicate_index_1',
    'public.duplicate_index_unique.duplicate_index_unique_b_key',
    'public.duplicate_index_unique.duplicate_index_deferred',
    'public.duplicate_index_unique.duplicate_index_arbiter',
    'public.duplicate_index_unique.duplicate_index_referred',
    'public.duplicate_index_t.duplicate_index_gin_1',
    'public.duplicate_index_t.duplicate_index_t_pkey',
    'public.duplicate_index_t.duplicate_index_lower_1',
    'public.duplicate_index_t.duplicate_index_other_class',
    'public.duplicate_index_t.duplicate_index_other_collation',
    'public.duplicate_index_t.duplicate_index_other_nulls',
    'public.duplicate_index_t.duplicate_index_other_where',
    'public.duplicate_index_t.duplicate_index_other_gin',
    'public.duplicate_index_parts.duplicate_index_whole_1',
    'public.duplicate_index_parts_1.duplicate_index_parts_1_b_idx',
    'public.duplicate_index_parts_1.duplicate_index_parts_1_b_idx1',
  ],
}
