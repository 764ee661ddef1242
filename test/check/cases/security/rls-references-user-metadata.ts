import type { PlantedCase } from '../../planted-case.ts'

export const rlsReferencesUserMetadata: PlantedCase = {
  rule: 'rls_references_user_metadata',
  plant: `
    create table public.metadata (id int, kind text);
    alter table public.metadata enable row level security;
    create policy arrow on public.metadata for select to authenticated
      using (((select auth.jwt()) -> 'user_metadata' ->> 'role') = 'admin');
    create policy path on public.metadata for select to authenticated
      using (((select auth.jwt()) #>> '{user_metadata,role}') = 'admin');
    create policy setting on public.metadata for select to authenticated
      using (((select current_setting('request.jwt.claims', true))::jsonb -> 'user_metadata' ->> 'role') = 'admin');
    -- The same, read where the token is made of it.
    create policy stored on public.metadata for select to authenticated using (exists (
      select from auth.users u where u.id = (select auth.uid()) and u.raw_user_meta_data ->> 'role' = 'admin'));

    create policy app on public.metadata for select to authenticated
      using (((select auth.jwt()) -> 'app_metadata' ->> 'role') = 'admin');
    -- Both words in one text, and nothing read.
    create policy words on public.metadata for select to authenticated
      using ((select auth.jwt() ->> 'role') = 'a' and kind = 'user_metadata');`,
  defects: ['arrow', 'path', 'setting', 'stored'].map((name) => `public.metadata.${name}`),
  decoys: ['app', 'words'].map((name) => `public.metadata.${name}`),
}
