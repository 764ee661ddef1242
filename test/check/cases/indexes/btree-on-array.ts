import type { PlantedCase } from '../../planted-case.ts'

export const btreeOnArray: PlantedCase = {
  rule: 'btree_on_array',
  plant: `
    create table public.btree_on_array_t (id int, tags text[], labels int[], path int[], scope int[] unique);
    create index btree_on_array_tags on public.btree_on_array_t (tags);
    create index btree_on_array_both on public.btree_on_array_t (labels, id) where id > 0;
    create index btree_on_array_gin on public.btree_on_array_t using gin (tags);
    create index btree_on_array_second on public.btree_on_array_t (id, tags);
    create index btree_on_array_path on public.btree_on_array_t (path);
    -- Someone reads this one: the path of a tree is compared and sorted as a whole.
    set enable_seqscan = off;
    set enable_sort = off;
    select * from public.btree_on_array_t order by path;
    reset enable_seqscan;
    reset enable_sort;
    select pg_stat_force_next_flush()`,
  defects: [
    'public.btree_on_array_t.btree_on_array_tags',
    'public.btree_on_array_t.btree_on_array_both',
  ],
  decoys: [
    'public.btree_on_array_t.btree_on_array_t_scope_key',
    'public.btree_on_array_t.btree_on_array_gin',
    'public.btree_on_array_t.btree_on_array_second',
    'public.btree_on_array_t.btree_on_array_path',
  ],
}
