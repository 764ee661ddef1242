import { quoteName } from '../../quote.ts'
import { defineRule, type Rule } from '../rule.ts'
import { exposure, isJudged, rolesOf, securityFinding } from './exposure.ts'
import { canHaveRls } from './rls-disabled.ts'

const name = 'rls_enabled_no_policy'
const title = 'Row level security without a policy'

/** Tables that the API serves, always empty. See docs/findings/rls_enabled_no_policy.md. */
export const rlsEnabledNoPolicy: Rule = defineRule({
  name,
  title,
  description:
    'Finds tables that anon or authenticated have rights on, with row level security and no policy: they read nothing.',
  examines: 'tables',
  needs: ['tables', 'policies', 'access'],
  schemaOnly: true,
  judge({ tables, policies, access }) {
    const { reached } = exposure(access)
    const guarded = new Set(policies.map(({ tableOid }) => tableOid))
    const own = tables.filter((table) => canHaveRls(table) && isJudged(table))
    const findings = own
      // Closed partitions are read through their parent, whose policies count.
      .filter(({ rls, oid, partitionOf }) => rls && partitionOf === null && !guarded.has(oid))
      .flatMap((table) => {
        const who = rolesOf(reached(table))
        if (who === '') return []
        const what = quoteName(table.schema, table.name)
        return securityFinding(
          { name, title },
          { type: 'table', schema: table.schema, name: table.name },
          {
            level: 'INFO',
            summary: `empty for ${who}`,
            detail: `${what} has row level security and no policy: ${who} have rights on it, and read no row.`,
            remediation: `-- if it is not for them:\nrevoke all on ${what} from anon, authenticated;\n-- else say by a policy which rows are`,
            evidence: { roles: who },
          },
        )
      })
    return { examined: own.length, findings }
  },
})
