import type { PlantedCase } from '../../planted-case.ts'

export const policyVolatileFunction: PlantedCase = {
  rule: 'policy_volatile_function',
  plant: `
    create table public.volatile_call (id int, org_id int);
    alter table public.volatile_call enable row level security;
    -- Nobody said stable: the usual way to it.
    create function public.volatile_admin() returns boolean language sql as 'select true';
    create function public.stable_random() returns boolean language sql stable as 'select true';
    create policy forgotten on public.volatile_call for select to authenticated using (public.volatile_admin());
    create policy chance on public.volatile_call for select to authenticated using (random() < 0.5);

    create policy wrapped on public.volatile_call for select to authenticated
      using ((select public.volatile_admin()));
    -- Its name says volatile, the catalog says otherwise.
    create policy by_name on public.volatile_call for select to authenticated using (public.stable_random());`,
  defects: ['public.volatile_call.forgotten', 'public.volatile_call.chance'],
  decoys: ['public.volatile_call.wrapped', 'public.volatile_call.by_name'],
}
