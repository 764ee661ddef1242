import type { PlantedCase } from '../../planted-case.ts'

/**
 * By text alone one takes wrapped calls under an operator, a cast or a coalesce for unwrapped ones,
 * and overlooks the unwrapped call beside a wrapped one.
 */
export const policyAuthCallPerRow: PlantedCase = {
  rule: 'policy_auth_call_per_row',
  plant: `
    create table public.auth_call (id int primary key, user_id uuid, org_id int, tenant text);
    create index on public.auth_call (user_id);
    create table public.auth_call_m (org_id int, user_id uuid);
    alter table public.auth_call enable row level security;
    create policy bare on public.auth_call for select to authenticated using (tenant = auth.email());
    create policy indexed on public.auth_call for select to authenticated using (user_id = auth.uid());
    create policy checked on public.auth_call for insert to authenticated with check (user_id = auth.uid());
    create policy "one Of two" on public.auth_call for update to authenticated
      using (user_id = (select auth.uid()) and tenant = (auth.jwt() ->> 'tenant'));
    create policy setting on public.auth_call for delete to authenticated
      using (tenant = current_setting('app.tenant', true));
    create policy in_exists on public.auth_call for select to authenticated using (exists (
      select from public.auth_call_m m where m.org_id = auth_call.org_id and m.user_id = auth.uid()));
    -- Depends on the row: run for each, in spite of its parentheses.
    create policy correlated on public.auth_call for select to authenticated
      using ((select auth.uid() = auth_call.user_id));

    create policy wrapped on public.auth_call for select to authenticated using (user_id = (select auth.uid()));
    create policy wrapped_operator on public.auth_call for select to authenticated
      using (tenant = (select (auth.jwt() ->> 'tenant')));
    create policy wrapped_casts on public.auth_call for select to authenticated
      using (user_id = (select auth.uid()::text::uuid));
    create policy wrapped_coalesce on public.auth_call for select to authenticated
      using (user_id = (select coalesce(auth.uid(), '00000000-0000-0000-0000-000000000000')));
    create policy wrapped_in_exists on public.auth_call for select to authenticated using (exists (
      select from public.auth_call_m m where m.org_id = auth_call.org_id and m.user_id = (select auth.uid())));
    create policy only_text on public.auth_call for select to authenticated using (tenant = 'auth.uid()');

    create table public."Auth call p" (id int, "User id" uuid) partition by range (id);
    create table public.auth_call_p1 partition of public."Auth call p" for values from (0) to (10);
    alter table public."Auth call p" enable row level security;
    create policy "Own ""rows""" on public."Auth call p" to authenticated using ("User id" = auth.uid());`,
  defects: [
    ...['bare', 'indexed', 'checked', 'one Of two', 'setting', 'in_exists', 'correlated'].map(
      (policy) => `public.auth_call.${policy}`,
    ),
    'public.Auth call p.Own "rows"',
  ],
  decoys: [
    'wrapped',
    'wrapped_operator',
    'wrapped_casts',
    'wrapped_coalesce',
    'wrapped_in_exists',
    'only_text',
  ].map((policy) => `public.auth_call.${policy}`),
}
