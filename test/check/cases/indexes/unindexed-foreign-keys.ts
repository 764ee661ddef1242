import type { PlantedCase } from '../../planted-case.ts'

export const unindexedForeignKeys: PlantedCase = {
  rule: 'unindexed_foreign_keys',
  plant: `
    create table public.unindexed_fk_parent (a int, b int, primary key (a, b), unique (a));
    create table public.unindexed_fk_child (
      id int primary key,
      bare int constraint bare references public.unindexed_fk_parent (a),
      active boolean,
      partial int constraint partial references public.unindexed_fk_parent (a),
      brin int constraint brin references public.unindexed_fk_parent (a),
      second int constraint second references public.unindexed_fk_parent (a),
      pair_a int, pair_b int,
      constraint one_of_pair foreign key (pair_a, pair_b) references public.unindexed_fk_parent,
      swapped_a int, swapped_b int,
      constraint swapped foreign key (swapped_a, swapped_b) references public.unindexed_fk_parent,
      uniq int unique constraint uniq references public.unindexed_fk_parent (a),
      first int constraint first references public.unindexed_fk_parent (a),
      hashed int constraint hashed references public.unindexed_fk_parent (a),
      given int constraint given references public.unindexed_fk_parent (a),
      "Odd ""name" int constraint "Odd ""key" references public.unindexed_fk_parent (a),
      member uuid constraint member references auth.users (id));
    -- Such indexes are taken for support by some, yet no delete can use them.
    create index on public.unindexed_fk_child (partial) where active;
    create index on public.unindexed_fk_child using brin (brin);
    create index on public.unindexed_fk_child (active, second);
    create index on public.unindexed_fk_child (pair_b);
    -- And these are taken for missing by some, yet serve as well.
    create index on public.unindexed_fk_child (swapped_b, swapped_a);
    create index on public.unindexed_fk_child (first, active);
    create index on public.unindexed_fk_child using hash (hashed);
    create index on public.unindexed_fk_child (given) where given is not null;

    create table public.unindexed_fk_parts (day int,
      bare int constraint parts_bare references public.unindexed_fk_parent (a),
      whole int constraint parts_whole references public.unindexed_fk_parent (a),
      each_one int constraint parts_each references public.unindexed_fk_parent (a)
    ) partition by list (day);
    create table public.unindexed_fk_parts_1 partition of public.unindexed_fk_parts for values in (1);
    -- Its columns have other numbers than those of the table that it is a part of.
    create table public.unindexed_fk_parts_2 (gone int, each_one int, whole int, bare int, day int);
    alter table public.unindexed_fk_parts_2 drop column gone;
    alter table public.unindexed_fk_parts attach partition public.unindexed_fk_parts_2 for values in (2);
    create index on public.unindexed_fk_parts (whole);
    create index on public.unindexed_fk_parts_1 (each_one);
    create index on public.unindexed_fk_parts_2 (each_one)`,
  defects: [
    'public.unindexed_fk_child.bare',
    'public.unindexed_fk_child.partial',
    'public.unindexed_fk_child.brin',
    'public.unindexed_fk_child.second',
    'public.unindexed_fk_child.one_of_pair',
    'public.unindexed_fk_child.member',
    'public.unindexed_fk_child.Odd "key',
    'public.unindexed_fk_parts.parts_bare',
  ],
  decoys: [
    'public.unindexed_fk_child.swapped',
    'public.unindexed_fk_child.uniq',
    'public.unindexed_fk_child.first',
    'public.unindexed_fk_child.hashed',
    'public.unindexed_fk_child.given',
    'public.unindexed_fk_parts.parts_whole',
    'public.unindexed_fk_parts.parts_each',
    // The copies that partitions have are no trouble of their own.
    'public.unindexed_fk_parts_1.parts_bare',
    'public.unindexed_fk_parts_2.parts_bare',
  ],
}
