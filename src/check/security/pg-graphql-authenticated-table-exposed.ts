import { defineRule, type Rule } from '../rule.ts'
import { graphqlTables } from './graphql-tables.ts'

const name = 'pg_graphql_authenticated_table_exposed'
const title = 'GraphQL shows tables to authenticated'

/** Introspection as authenticated. See docs/findings/pg_graphql_authenticated_table_exposed.md. */
export const pgGraphqlAuthenticatedTableExposed: Rule = defineRule({
  name,
  title,
  description: 'Finds tables whose names and columns GraphQL tells the role authenticated.',
  examines: 'tables',
  needs: ['tables', 'access', 'server'],
  schemaOnly: true,
  judge: (facts) => graphqlTables({ name, title }, 'authenticated', facts),
})
