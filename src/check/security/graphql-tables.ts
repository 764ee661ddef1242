import type { Facts } from '../../facts/index.ts'
import { plural } from '../../quantity.ts'
import type { Judged, Rule } from '../rule.ts'
import { exposure, isJudged, securityFinding } from './exposure.ts'

/** What GraphQL's introspection tells a role, in one finding for all tables. */
export function graphqlTables(
  rule: Pick<Rule, 'name' | 'title'>,
  role: 'anon' | 'authenticated',
  { tables, access, server }: Pick<Facts, 'tables' | 'access' | 'server'>,
): Judged {
  const { isExposed, rights } = exposure(access)
  const extension = server.extensions.find((one) => one.name === 'pg_graphql')
  if (extension === undefined || !isExposed('graphql_public')) return { examined: 0, findings: [] }
  const own = tables.filter((table) => isJudged(table) && isExposed(table.schema))
  const shown = own.filter((table) =>
    rights(table.oid).some((right) => right.role === role && right.select),
  )
  if (shown.length === 0) return { examined: own.length, findings: [] }
  const count = plural(shown.length, 'table')
  const finding = securityFinding(
    rule,
    { type: 'extension', schema: extension.schema, name: `pg_graphql for ${role}` },
    {
      level: 'INFO',
      summary: `shows ${count} to ${role}`,
      detail: `pg_graphql tells ${role} the names and columns of ${count} by introspection, whatever their policies say of rows.`,
      remediation: `-- if nobody uses GraphQL:\n-- drop extension pg_graphql;\n-- else take away what is not for ${role}:\n-- revoke select on … from ${role};`,
      evidence: { tables: shown.length, role },
    },
  )
  return { examined: own.length, findings: [finding] }
}
