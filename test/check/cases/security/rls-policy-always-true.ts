import type { PlantedCase } from '../../planted-case.ts'

export const rlsPolicyAlwaysTrue: PlantedCase = {
  rule: 'rls_policy_always_true',
  plant: `
    create table public.always (id int, user_id uuid);
    alter table public.always enable row level security;
    create policy open on public.always for delete using (true);
    create policy sums on public.always for update to authenticated using (1 = 1);
    create policy either on public.always for delete to authenticated using (user_id is null or true);
    create policy handed_on on public.always for update to authenticated
      using (user_id = (select auth.uid())) with check (true);
    create policy adds on public.always for insert to anon with check (true);

    create policy reads on public.always for select using (true);
    create policy service on public.always for all to service_role using (true);
    create policy own on public.always for delete to authenticated using (user_id = (select auth.uid()));
    create table public.always_restricted (id int, user_id uuid);
    alter table public.always_restricted enable row level security;
    create policy open on public.always_restricted for delete using (true);
    create policy own on public.always_restricted as restrictive for all using (user_id = (select auth.uid()));
    create table public.always_revoked (id int);
    alter table public.always_revoked enable row level security;
    revoke all on public.always_revoked from anon, authenticated;
    create policy open on public.always_revoked for delete using (true);`,
  defects: ['open', 'sums', 'either', 'handed_on', 'adds'].map((name) => `public.always.${name}`),
  decoys: [
    ...['reads', 'service', 'own'].map((name) => `public.always.${name}`),
    'public.always_restricted.open',
    'public.always_revoked.open',
  ],
}
