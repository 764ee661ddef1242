import type { PlantedCase } from '../../planted-case.ts'

export const sensitiveColumnsExposed: PlantedCase = {
  rule: 'sensitive_columns_exposed',
  plant: `
    create table public.sensitive_open (id int, password text);
    create table public.sensitive_camel (id int, "apiKey" text);
    -- Row level security is on, and lets all through.
    create table public.sensitive_let_through (id int, iban text);
    alter table public.sensitive_let_through enable row level security;
    create policy all_may on public.sensitive_let_through for select using (true);

    create table public.sensitive_guarded (id int, user_id uuid, password text);
    alter table public.sensitive_guarded enable row level security;
    create policy own on public.sensitive_guarded for select to authenticated using (user_id = (select auth.uid()));
    create table public.sensitive_restricted (id int, user_id uuid, iban text);
    alter table public.sensitive_restricted enable row level security;
    create policy all_may on public.sensitive_restricted for select using (true);
    create policy own on public.sensitive_restricted as restrictive for select using (user_id = (select auth.uid()));
    -- The rights are on the other columns alone.
    create table public.sensitive_columns_apart (id int, name text, password text);
    revoke all on public.sensitive_columns_apart from anon, authenticated;
    grant select (id, name) on public.sensitive_columns_apart to anon, authenticated;
    create table public.sensitive_name_only (id int, token_count int, passwords_changed int);`,
  defects: ['open', 'camel', 'let_through'].map((table) => `public.sensitive_${table}`),
  decoys: ['guarded', 'restricted', 'columns_apart', 'name_only'].map(
    (table) => `public.sensitive_${table}`,
  ),
}
