import { asAdmin } from '../../as-admin.ts'
import type { PlantedCase } from '../../planted-case.ts'

export const rlsDisabledInPublic: PlantedCase = {
  rule: 'rls_disabled_in_public',
  plant: async ({ database, client }) => {
    await client.query(`
      create schema unguarded_private;
      create table public.unguarded (id int);
      create table sec_api.unguarded_api (id int);
      grant select on sec_api.unguarded_api to anon;
      create table public.unguarded_write (id int);
      revoke all on public.unguarded_write from anon, authenticated;
      grant insert on public.unguarded_write to anon;
      create table public.unguarded_parts (id int) partition by list (id);
      create table public.unguarded_parts_1 partition of public.unguarded_parts for values in (1);
      -- Its parent is guarded, and it can be asked for by its own name.
      create table public.unguarded_behind (id int) partition by list (id);
      alter table public.unguarded_behind enable row level security;
      create table public.unguarded_behind_1 partition of public.unguarded_behind for values in (1);

      create table public.unguarded_revoked (id int);
      revoke all on public.unguarded_revoked from anon, authenticated;
      create table unguarded_private.unguarded_hidden (id int);
      grant select on unguarded_private.unguarded_hidden to anon;
      create table public.unguarded_extension (id int)`)
    // What an extension made its owner alone can change: spatial_ref_sys is the one that people meet.
    return asAdmin(database, 'alter extension pg_trgm add table public.unguarded_extension')
  },
  defects: [
    'public.unguarded',
    'sec_api.unguarded_api',
    'public.unguarded_write',
    'public.unguarded_parts',
    'public.unguarded_behind_1',
  ],
  decoys: [
    'public.unguarded_parts_1',
    'public.unguarded_behind',
    'public.unguarded_revoked',
    'unguarded_private.unguarded_hidden',
    'public.unguarded_extension',
  ],
}
