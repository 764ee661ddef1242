import { quoteIdentifier, quoteName } from '../../quote.ts'
import { defineRule, type Rule } from '../rule.ts'
import { exposure, isJudged, rolesOf, securityFinding } from './exposure.ts'
import { canHaveRls } from './rls-disabled.ts'

const name = 'policy_exists_rls_disabled'
const title = 'Policies without row level security'

/** Policies that nobody enforces. See docs/findings/policy_exists_rls_disabled.md. */
export const policyExistsRlsDisabled: Rule = defineRule({
  name,
  title,
  description:
    'Finds tables with policies on which row level security is off: the policies do nothing.',
  examines: 'tables',
  needs: ['tables', 'policies', 'access'],
  schemaOnly: true,
  trouble: 'rls_disabled',
  judge({ tables, policies, access }) {
    const { rights } = exposure(access)
    const byTable = Map.groupBy(policies, ({ tableOid }) => tableOid)
    const own = tables.filter((table) => canHaveRls(table) && isJudged(table))
    const findings = own
      .filter(({ rls }) => !rls)
      .flatMap((table) => {
        const unused = byTable.get(table.oid) ?? []
        if (unused.length === 0) return []
        const what = quoteName(table.schema, table.name)
        const who = rolesOf(rights(table.oid))
        const names = unused.map((policy) => quoteIdentifier(policy.name)).join(', ')
        return securityFinding(
          { name, title },
          { type: 'table', schema: table.schema, name: table.name },
          {
            level: who === '' ? 'WARN' : 'ERROR',
            summary:
              unused.length === 1
                ? '1 policy that does nothing'
                : `${unused.length} policies that do nothing`,
            detail: `${what} has policies (${names}), but row level security is off: they do nothing${who === '' ? '' : `, and ${who} can reach its rows`}.`,
            remediation: `alter table ${what} enable row level security;`,
            evidence: { policies: unused.length, roles: who },
          },
        )
      })
    return { examined: own.length, findings }
  },
})
