import type { PlantedCase } from '../../planted-case.ts'

export const tableGrowth: PlantedCase = {
  rule: 'table_growth',
  plant: `
    insert into supascope.table_sizes (taken_at, schema_name, table_name, bytes)
    select date_trunc('hour', now()) - hours * interval '1 hour', 'public', name,
      megabytes * 1048576::bigint
    from (values
      ('table_growth_bad', 0, 1300), ('table_growth_bad', 12, 1000), ('table_growth_bad', 168, 950),
      ('table_growth_young', 0, 500), ('table_growth_young', 13, 200),
      -- As much in half a day as in every other.
      ('table_growth_steady', 0, 12100), ('table_growth_steady', 12, 10000), ('table_growth_steady', 168, 100),
      ('table_growth_small', 0, 40), ('table_growth_small', 12, 10),
      ('table_growth_slow', 0, 1100), ('table_growth_slow', 12, 1000),
      -- Made within the hour: it grew from nothing that was noted.
      ('table_growth_new', 0, 5000),
      ('table_growth_shrunk', 0, 500), ('table_growth_shrunk', 12, 5000)
    ) as v (name, hours, megabytes);
    insert into supascope.table_sizes (taken_at, schema_name, table_name, bytes)
    select date_trunc('hour', now()) - hours * interval '1 hour', 'auth', 'table_growth_managed', bytes
    from (values (0, 9000000000), (12, 1000000000)) as v (hours, bytes)`,
  defects: ['public.table_growth_bad', 'public.table_growth_young'],
  decoys: [
    ...['steady', 'small', 'slow', 'new', 'shrunk'].map((name) => `public.table_growth_${name}`),
    'auth.table_growth_managed',
  ],
}
