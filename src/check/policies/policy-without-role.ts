import type { PolicyFacts } from '../../facts/index.ts'
import type { FindingLevel } from '../../finding.ts'
import { formatCount } from '../../quantity.ts'
import { quoteIdentifier, quoteName } from '../../quote.ts'
import { defineRule, type Rule } from '../rule.ts'
import { isNeverAnonymous } from './anonymous.ts'
import { type Applying, applying, commands, isFor } from './applying.ts'
import { isNarrowed } from './index-condition.ts'
import { ownPolicies, policyFinding } from './own-policies.ts'
import { surroundings } from './surroundings.ts'

const name = 'policy_without_role'
const title = 'Policy without TO is tested for anon as well'

/** From here on testing all rows in vain is felt. */
const warnRows = 10_000

/** A policy for signed-in users that names no role. See docs/findings/policy_without_role.md. */
export const policyWithoutRole: Rule = defineRule({
  name,
  title,
  description:
    'Finds policies without a TO clause that no request without a user can meet, and that are tested for anon nevertheless.',
  examines: 'policies',
  needs: ['policies', 'access', 'tables', 'indexes'],
  uses: ['columns'],
  schemaOnly: true,
  judge(facts) {
    const around = surroundings(facts)
    const applies = applying(facts.access)
    const own = ownPolicies(facts.policies)
    const findings = own
      .filter((policy) => policy.roles.length === 0 && policy.permissive)
      .filter((policy) => isReached(policy, applies) && isInVain(policy))
      .map((policy) => {
        const { schema, table, using } = policy
        const rows = around.rows(around.tableByOid(policy.tableOid))
        const narrowed = using !== null && isNarrowed(policy, using, around)
        const many = rows !== null && rows >= warnRows && !narrowed && policy.command !== 'insert'
        const level: FindingLevel = many ? 'WARN' : 'INFO'
        return policyFinding({ name, title }, policy, {
          level,
          summary: 'for all roles, met by signed-in users only',
          detail: `The policy names no role, so it is tested for anon too, who can never meet it${many ? `: on up to ${formatCount(rows)} rows a request` : ''}.`,
          remediation: `alter policy ${quoteIdentifier(policy.name)} on ${quoteName(schema, table)} to authenticated;`,
          evidence: { rows, narrowed },
        })
      })
    return { examined: own.length, findings }
  },
})

/** anon holds the privilege, so that the policy is what stops it. */
function isReached(policy: PolicyFacts, { may }: Applying): boolean {
  return commands.some((command) => isFor(policy, command) && may(policy.tableOid, 'anon', command))
}

function isInVain({ command, using, check }: PolicyFacts): boolean {
  const tested = command === 'insert' ? [check] : [using, ...(command === 'all' ? [check] : [])]
  const trees = tested.filter((one) => one !== null).map(({ tree }) => tree)
  return trees.length > 0 && trees.every((tree) => tree !== null && isNeverAnonymous(tree))
}
