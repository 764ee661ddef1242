import type { PlantedCase } from '../../planted-case.ts'

/** Planted with the rule for anon. */
export const pgGraphqlAuthenticatedTableExposed: PlantedCase = {
  rule: 'pg_graphql_authenticated_table_exposed',
  plant: 'select 1',
  defects: ['extensions.pg_graphql for authenticated'],
  decoys: ['extensions.pg_graphql for anon', 'public.graphql_shown'],
}
