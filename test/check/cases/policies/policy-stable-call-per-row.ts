import type { PlantedCase } from '../../planted-case.ts'

export const policyStableCallPerRow: PlantedCase = {
  rule: 'policy_stable_call_per_row',
  plant: `
    create table public.stable_call (id int, org_id int, at timestamptz);
    alter table public.stable_call enable row level security;
    create function public.stable_admin() returns boolean language sql stable return true;
    create function public.stable_has(role text) returns boolean language sql stable return true;
    create function public.stable_has(role int) returns boolean language sql immutable return true;
    create function public.fixed_admin() returns boolean language sql immutable return true;
    create function public.stable_orgs() returns setof int language sql stable return 1;
    create table public.stable_members (org_id int, user_id int);
    create policy bare on public.stable_call for select to authenticated using (public.stable_admin());
    create policy constant on public.stable_call for select to authenticated
      using (org_id = 1 or public.stable_has('admin'));

    create policy of_rows on public.stable_call for select to authenticated
      using (org_id in (select m.org_id from public.stable_members m where public.stable_has('x') or m.user_id = 1));

    -- Run once a query as well: the list is made before any row is compared with it.
    create policy listed on public.stable_call for select to authenticated
      using (org_id in (select public.stable_orgs()));
    create policy listed_from on public.stable_call for select to authenticated
      using (org_id in (select o from public.stable_orgs() as o));
    create policy wrapped on public.stable_call for select to authenticated
      using ((select public.stable_admin()));
    create policy wrapped_constant on public.stable_call for select to authenticated
      using (org_id = 1 or (select public.stable_has('admin')));
    create policy immutable on public.stable_call for select to authenticated using (public.fixed_admin());
    -- The namesake that takes a number is immutable.
    create policy namesake on public.stable_call for select to authenticated using (public.stable_has(1));
    create policy system on public.stable_call for select to authenticated using (at > now());`,
  defects: ['public.stable_call.bare', 'public.stable_call.constant', 'public.stable_call.of_rows'],
  decoys: [
    'public.stable_call.listed',
    'public.stable_call.listed_from',
    'public.stable_call.wrapped',
    'public.stable_call.wrapped_constant',
    'public.stable_call.immutable',
    'public.stable_call.namesake',
    'public.stable_call.system',
  ],
}
