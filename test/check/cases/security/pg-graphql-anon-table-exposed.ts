import { asAdmin } from '../../as-admin.ts'
import type { PlantedCase } from '../../planted-case.ts'

export const pgGraphqlAnonTableExposed: PlantedCase = {
  rule: 'pg_graphql_anon_table_exposed',
  // The extension is not to be had everywhere: its row in the catalog stands for it.
  plant: ({ database }) =>
    asAdmin(
      database,
      `create table public.graphql_shown (id int);
      insert into pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion)
      values (999999, 'pg_graphql', 'supabase_admin'::regrole, 'extensions'::regnamespace, false, '1.5')`,
    ),
  defects: ['extensions.pg_graphql for anon'],
  // What the other role is shown is the other rule's.
  decoys: ['extensions.pg_graphql for authenticated', 'public.graphql_shown'],
}
