import type { PlantedCase } from '../../planted-case.ts'

export const policyWithoutRole: PlantedCase = {
  rule: 'policy_without_role',
  plant: `
    create table public.without_role (id int, user_id uuid, org_id int, shared boolean);
    create table public.without_role_m (org_id int, user_id uuid);
    alter table public.without_role enable row level security;
    create policy own on public.without_role for select using ((select auth.uid()) = user_id);
    create policy members on public.without_role for update using (shared and org_id in (
      select m.org_id from public.without_role_m m where m.user_id = (select auth.uid())));
    create policy signed_in on public.without_role for insert with check ((select auth.role()) = 'authenticated');

    create policy named on public.without_role for select to authenticated using ((select auth.uid()) = user_id);
    -- What is shared is for anon as well.
    create policy or_shared on public.without_role for select using (shared or (select auth.uid()) = user_id);
    create policy everyone on public.without_role for select using (true);
    create policy fallback on public.without_role for select
      using (user_id = (select coalesce(auth.uid(), '00000000-0000-0000-0000-000000000000')));

    create table public.without_role_closed (id int, user_id uuid);
    alter table public.without_role_closed enable row level security;
    revoke all on public.without_role_closed from anon;
    create policy own on public.without_role_closed using ((select auth.uid()) = user_id);`,
  defects: ['own', 'members', 'signed_in'].map((policy) => `public.without_role.${policy}`),
  decoys: [
    ...['named', 'or_shared', 'everyone', 'fallback'].map(
      (policy) => `public.without_role.${policy}`,
    ),
    'public.without_role_closed.own',
  ],
}
