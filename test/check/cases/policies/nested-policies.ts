import type { PlantedCase } from '../../planted-case.ts'

export const nestedPolicies: PlantedCase = {
  rule: 'nested_policies',
  plant: `
    create table public.nested (id int, org_id int);
    create table public.nested_m (org_id int, user_id uuid);
    create table public.nested_open (org_id int, user_id uuid);
    create schema nested_private;
    create function nested_private.orgs() returns setof int language sql stable security definer
      set search_path = '' as 'select m.org_id from public.nested_m m where m.user_id = auth.uid()';
    alter table public.nested enable row level security;
    alter table public.nested_m enable row level security;
    create policy own on public.nested_m for select to authenticated using (user_id = (select auth.uid()));
    create policy members on public.nested for select to authenticated
      using (org_id in (select m.org_id from public.nested_m m where m.user_id = (select auth.uid())));

    create policy open_table on public.nested for update to authenticated
      using (org_id in (select m.org_id from public.nested_open m where m.user_id = (select auth.uid())));
    create policy by_function on public.nested for delete to authenticated
      using (org_id in (select nested_private.orgs()));
    -- anon meets no policy of the other table: it reads nothing there.
    create policy for_anon on public.nested for select to anon
      using (org_id in (select m.org_id from public.nested_m m));`,
  defects: ['public.nested.members'],
  decoys: ['open_table', 'by_function', 'for_anon'].map((policy) => `public.nested.${policy}`),
}
