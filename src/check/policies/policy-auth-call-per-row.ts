import { defineRule, type Rule } from '../rule.ts'
import { callsPerRow, costOf, namesOf } from './call-cost.ts'
import { ownPolicies, policyFinding } from './own-policies.ts'
import { surroundings } from './surroundings.ts'
import { wrapByHand, wrapRemedy } from './wrap-remedy.ts'
import { isIdentityCall } from './wrappable.ts'

const name = 'policy_auth_call_per_row'
const title = 'Policy asks for the user row by row'

/** auth.uid() and its like outside of a scalar sub-select. See docs/findings/policy_auth_call_per_row.md. */
export const policyAuthCallPerRow: Rule = defineRule({
  name,
  title,
  description:
    'Finds policies that call auth.*() or current_setting() for every row instead of once a query.',
  examines: 'policies',
  needs: ['policies', 'tables', 'indexes'],
  uses: ['columns', 'routines', 'access'],
  schemaOnly: true,
  trouble: 'policy_call_per_row',
  judge(facts) {
    const around = surroundings(facts)
    const wrap = wrapRemedy(facts)
    const own = ownPolicies(facts.policies)
    const findings = own.flatMap((policy) => {
      const calls = callsPerRow(policy).filter(({ call }) => isIdentityCall(call))
      if (calls.length === 0) return []
      const { level, rows, scale, indexed } = costOf(policy, calls, around)
      const what = namesOf(calls)
      return policyFinding({ name, title }, policy, {
        level,
        summary: `${what} ${scale}`,
        detail: `The policy calls ${what} ${scale}; in a scalar sub-select it is run once a query.`,
        remediation: wrap(policy) ?? wrapByHand,
        metadata: { advisor: 'auth_rls_initplan' },
        evidence: { rows, calls: calls.length, indexed },
      })
    })
    return { examined: own.length, findings }
  },
})
