import { defineRule, type Rule } from '../rule.ts'
import { callsPerRow, costOf, namesOf } from './call-cost.ts'
import { ownPolicies, policyFinding } from './own-policies.ts'
import { surroundings } from './surroundings.ts'
import { wrapByHand, wrapRemedy } from './wrap-remedy.ts'
import { ownRoutine } from './wrappable.ts'

const name = 'policy_stable_call_per_row'
const title = 'Policy calls a function row by row that is the same for all'

/** `is_admin()` outside of a scalar sub-select. See docs/findings/policy_stable_call_per_row.md. */
export const policyStableCallPerRow: Rule = defineRule({
  name,
  title,
  description:
    'Finds policies that call a STABLE function without columns for every row instead of once a query.',
  examines: 'policies',
  needs: ['policies', 'routines', 'tables', 'indexes'],
  uses: ['columns', 'access'],
  schemaOnly: true,
  trouble: 'policy_call_per_row',
  judge(facts) {
    const around = surroundings(facts)
    const wrap = wrapRemedy(facts)
    const own = ownPolicies(facts.policies)
    const findings = own.flatMap((policy) => {
      const calls = callsPerRow(policy).filter(
        ({ call }) => !call.anyColumn && ownRoutine(policy, call, around)?.volatility === 'stable',
      )
      if (calls.length === 0) return []
      const { level, rows, scale, indexed } = costOf(policy, calls, around)
      const what = namesOf(calls)
      return policyFinding({ name, title }, policy, {
        level,
        summary: `${what} ${scale}`,
        detail: `The policy calls ${what} ${scale}, always with the same result; in a scalar sub-select it is run once a query.`,
        remediation: wrap(policy) ?? wrapByHand,
        evidence: { rows, calls: calls.length, indexed },
      })
    })
    return { examined: own.length, findings }
  },
})
