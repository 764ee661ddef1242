import type { PlantedCase } from '../../planted-case.ts'

export const securityDefinerView: PlantedCase = {
  rule: 'security_definer_view',
  plant: `
    create table public.definer_guarded (id int, user_id uuid);
    alter table public.definer_guarded enable row level security;
    create policy own on public.definer_guarded for select to authenticated using (user_id = (select auth.uid()));
    create schema definer_private;
    create table definer_private.definer_lent (id int);
    create table public.definer_open (id int);
    grant usage on schema sec_api to anon, authenticated;
    create view public.definer_bypass as select * from public.definer_guarded;
    create view public.definer_lends as select * from definer_private.definer_lent;
    -- In a schema that only authenticator's setting exposes.
    create view sec_api.definer_elsewhere as select * from public.definer_guarded;
    grant select on sec_api.definer_elsewhere to authenticated;

    create view public.definer_invoker with (security_invoker = on) as select * from public.definer_guarded;
    -- Shows what its readers may read in whole themselves.
    create view public.definer_harmless as select id from public.definer_open;
    create view public.definer_constant as select 1 as one;
    create view public.definer_revoked as select * from public.definer_guarded;
    revoke all on public.definer_revoked from anon, authenticated;`,
  defects: ['public.definer_bypass', 'public.definer_lends', 'sec_api.definer_elsewhere'],
  decoys: ['invoker', 'harmless', 'constant', 'revoked'].map((view) => `public.definer_${view}`),
}
