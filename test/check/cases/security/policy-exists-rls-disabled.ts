import type { PlantedCase } from '../../planted-case.ts'

export const policyExistsRlsDisabled: PlantedCase = {
  rule: 'policy_exists_rls_disabled',
  plant: `
    create table public.unenforced (id int);
    create policy closed on public.unenforced using (false);
    create table public.unenforced_parts (id int) partition by list (id);
    create policy closed on public.unenforced_parts using (false);
    create table public.enforced (id int);
    alter table public.enforced enable row level security;
    create policy closed on public.enforced using (false);`,
  defects: ['public.unenforced', 'public.unenforced_parts'],
  decoys: ['public.enforced'],
}
