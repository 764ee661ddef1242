import type { PlantedCase } from '../../planted-case.ts'

export const rlsEnabledNoPolicy: PlantedCase = {
  rule: 'rls_enabled_no_policy',
  plant: `
    create table public.empty_for_all (id int);
    alter table public.empty_for_all enable row level security;

    create table public.closed_meant (id int);
    alter table public.closed_meant enable row level security;
    revoke all on public.closed_meant from anon, authenticated;
    create table public.closed_parts (id int) partition by list (id);
    alter table public.closed_parts enable row level security;
    create policy all_may on public.closed_parts for select using (true);
    create table public.closed_parts_1 partition of public.closed_parts for values in (1);
    alter table public.closed_parts_1 enable row level security;`,
  defects: ['public.empty_for_all'],
  decoys: ['public.closed_meant', 'public.closed_parts_1', 'public.closed_parts'],
}
