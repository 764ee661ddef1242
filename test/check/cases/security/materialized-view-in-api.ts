import type { PlantedCase } from '../../planted-case.ts'

export const materializedViewInApi: PlantedCase = {
  rule: 'materialized_view_in_api',
  plant: `
    create schema matview_private;
    create materialized view public.matview_open as select 1 as a;
    create materialized view public.matview_revoked as select 1 as a;
    revoke all on public.matview_revoked from anon, authenticated;
    create materialized view matview_private.matview_hidden as select 1 as a;
    grant select on matview_private.matview_hidden to anon;`,
  defects: ['public.matview_open'],
  decoys: ['public.matview_revoked', 'matview_private.matview_hidden'],
}
