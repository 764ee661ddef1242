import type { PlantedCase } from '../../planted-case.ts'

export const policyHidesIndex: PlantedCase = {
  rule: 'policy_hides_index',
  plant: `
    create domain public.hides_mail as text;
    create table public.hides (id int, user_id uuid, email text, name varchar(50), mail public.hides_mail, code text);
    create index on public.hides (user_id);
    create index on public.hides (email);
    create index on public.hides (name);
    create index on public.hides (mail);
    create index on public.hides (code);
    create index on public.hides (upper(code));
    alter table public.hides enable row level security;
    create policy cast_away on public.hides for select to authenticated
      using (user_id::text = (select auth.jwt() ->> 'sub'));
    create policy lowered on public.hides for select to authenticated
      using (lower(email) = (select auth.email()));

    create policy plain on public.hides for select to authenticated using (email = (select auth.email()));
    -- Printed as (name)::text: a cast in name only.
    create policy relabelled on public.hides for select to authenticated using (name = (select auth.email()));
    create policy domain on public.hides for select to authenticated using (mail = (select auth.email()));
    create policy expression on public.hides for select to authenticated
      using (upper(code) = (select auth.email()));
    create policy no_index on public.hides for select to authenticated
      using (id::text = (select auth.email()));`,
  defects: ['public.hides.cast_away', 'public.hides.lowered'],
  decoys: ['plain', 'relabelled', 'domain', 'expression', 'no_index'].map(
    (policy) => `public.hides.${policy}`,
  ),
}
