import { asAdmin } from '../../as-admin.ts'
import type { PlantedCase } from '../../planted-case.ts'

export const authUsersExposed: PlantedCase = {
  rule: 'auth_users_exposed',
  // On hosted projects auth.users has row level security.
  plant: async ({ database, client }) => {
    await asAdmin(database, 'alter table auth.users enable row level security')
    await client.query(`
      create schema users_hidden;
      create view public.users_straight as select id, email from auth.users;
      create materialized view public.users_stored as select id, email from auth.users;
      -- A view between hides nothing, though the dependency is not a direct one.
      create view users_hidden.users as select id, email from auth.users;
      create view public.users_through as select * from users_hidden.users;

      create view public.users_invoker with (security_invoker = true) as select id, email from auth.users;
      create view public.users_revoked as select id from auth.users;
      revoke all on public.users_revoked from anon, authenticated;
      create view users_hidden.users_elsewhere as select id from auth.users;
      grant select on users_hidden.users_elsewhere to authenticated`)
    return undefined
  },
  defects: ['public.users_straight', 'public.users_stored', 'public.users_through'],
  decoys: ['public.users_invoker', 'public.users_revoked', 'users_hidden.users_elsewhere'],
}
