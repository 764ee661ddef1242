import type { PlantedCase } from '../../planted-case.ts'

export const noPrimaryKey: PlantedCase = {
  rule: 'no_primary_key',
  plant: `
    create table public.no_primary_key_bad (id int);
    create table public.no_primary_key_unique (id int not null unique);
    -- It is the parent that lacks one; its partitions follow it.
    create table public.no_primary_key_p (id int) partition by range (id);
    create table public.no_primary_key_p1 partition of public.no_primary_key_p for values from (0) to (9);
    create table public.no_primary_key_keyed (id int primary key) partition by range (id);
    create table public.no_primary_key_keyed1 partition of public.no_primary_key_keyed
      for values from (0) to (9);
    create table public.no_primary_key_fine (id int primary key);
    create view public.no_primary_key_view as select 1 as id`,
  defects: ['public.no_primary_key_bad', 'public.no_primary_key_unique', 'public.no_primary_key_p'],
  decoys: [
    'public.no_primary_key_p1',
    'public.no_primary_key_keyed',
    'public.no_primary_key_keyed1',
    'public.no_primary_key_fine',
    'public.no_primary_key_view',
  ],
}
