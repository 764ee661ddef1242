import { asAdmin } from '../../as-admin.ts'
import type { PlantedCase } from '../../planted-case.ts'

export const foreignTableInApi: PlantedCase = {
  rule: 'foreign_table_in_api',
  plant: ({ database }) =>
    asAdmin(
      database,
      `create foreign data wrapper foreign_nowhere;
      create server foreign_server foreign data wrapper foreign_nowhere;
      create foreign table public.foreign_open (a int) server foreign_server;
      create foreign table public.foreign_revoked (a int) server foreign_server;
      revoke all on public.foreign_revoked from anon, authenticated`,
    ),
  defects: ['public.foreign_open'],
  decoys: ['public.foreign_revoked'],
}
