import type { PlantedCase } from '../../planted-case.ts'

export const nestedViews: PlantedCase = {
  rule: 'nested_views',
  plant: `
    create table public.nested_views_t (id int);
    create view public.nested_views_1 as select id from public.nested_views_t;
    create view public.nested_views_2 as select id from public.nested_views_1;
    create view public.nested_views_3 as select id from public.nested_views_2;
    create view public.nested_views_4 as select id from public.nested_views_3;
    create view public.nested_views_5 as select id from public.nested_views_4;
    -- Many views, but one beside the other.
    create view public.nested_views_wide as
      select id from public.nested_views_1 union all select id from public.nested_views_2
      union all select id from public.nested_views_1 union all select id from public.nested_views_2;
    -- As many levels, one of which is stored.
    create materialized view public.nested_views_stored as select id from public.nested_views_2;
    create view public.nested_views_upon_stored as select id from public.nested_views_stored;
    create view public.nested_views_upon_that as select id from public.nested_views_upon_stored`,
  defects: ['public.nested_views_5'],
  decoys: ['3', '4', 'wide', 'stored', 'upon_that'].map((name) => `public.nested_views_${name}`),
}
