import { defineRule, type Rule } from '../rule.ts'
import { graphqlTables } from './graphql-tables.ts'

const name = 'pg_graphql_anon_table_exposed'
const title = 'GraphQL shows tables to anon'

/** Introspection as anon. See docs/findings/pg_graphql_anon_table_exposed.md. */
export const pgGraphqlAnonTableExposed: Rule = defineRule({
  name,
  title,
  description: 'Finds tables whose names and columns GraphQL tells the role anon.',
  examines: 'tables',
  needs: ['tables', 'access', 'server'],
  schemaOnly: true,
  judge: (facts) => graphqlTables({ name, title }, 'anon', facts),
})
