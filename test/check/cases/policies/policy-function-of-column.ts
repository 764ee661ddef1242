import type { PlantedCase } from '../../planted-case.ts'

/** A sub-select around a call that takes a column looks like the cure, and is none. */
export const policyFunctionOfColumn: PlantedCase = {
  rule: 'policy_function_of_column',
  plant: `
    create table public.of_column (id int, org_id int, email text);
    alter table public.of_column enable row level security;
    create function public.of_column_member(org int) returns boolean language sql stable return true;
    create function public.of_column_orgs() returns setof int language sql stable as 'select 1';
    create function public.of_column_pure(org int) returns boolean language sql immutable return true;
    create policy bare on public.of_column for select to authenticated using (public.of_column_member(org_id));
    create policy wrapped on public.of_column for select to authenticated
      using ((select public.of_column_member(org_id)));

    create policy by_set on public.of_column for select to authenticated
      using (org_id in (select public.of_column_orgs()));
    create policy constant on public.of_column for select to authenticated
      using ((select public.of_column_member(1)));
    create policy pure on public.of_column for select to authenticated using (public.of_column_pure(org_id));
    create policy system on public.of_column for select to authenticated using (lower(email) = 'a');`,
  defects: ['public.of_column.bare', 'public.of_column.wrapped'],
  decoys: ['by_set', 'constant', 'pure', 'system'].map((policy) => `public.of_column.${policy}`),
}
