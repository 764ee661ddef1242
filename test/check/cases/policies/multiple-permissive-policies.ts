import type { PlantedCase } from '../../planted-case.ts'

/** Counting a row for each role and command makes twenty of two policies without a TO clause. */
export const multiplePermissivePolicies: PlantedCase = {
  rule: 'multiple_permissive_policies',
  plant: `
    create table public.permissive (id int, user_id uuid, shared boolean);
    alter table public.permissive enable row level security;
    create policy own on public.permissive using (user_id = (select auth.uid()));
    create policy shared on public.permissive for select using (shared);

    create table public.permissive_apart (id int, user_id uuid, shared boolean);
    alter table public.permissive_apart enable row level security;
    create policy own on public.permissive_apart for select to authenticated using (user_id = (select auth.uid()));
    create policy shared on public.permissive_apart for select to anon using (shared);
    create policy never on public.permissive_apart as restrictive for select to anon using (id > 0);

    create table public.permissive_revoked (id int, user_id uuid, shared boolean);
    alter table public.permissive_revoked enable row level security;
    revoke all on public.permissive_revoked from anon, authenticated;
    create policy own on public.permissive_revoked for select using (user_id = (select auth.uid()));
    create policy shared on public.permissive_revoked for select using (shared);`,
  defects: ['public.permissive.select'],
  decoys: [
    'public.permissive.insert',
    'public.permissive.update',
    'public.permissive.delete',
    'public.permissive_apart.select',
    'public.permissive_revoked.select',
  ],
}
