import { quoteIdentifier, quoteName } from '../../quote.ts'
import { defineRule, type Rule } from '../rule.ts'
import { callsPerRow, costOf, namesOf } from './call-cost.ts'
import { conditionsOf, examine, type PolicyCall } from './expression.ts'
import { ownPolicies, policyFinding } from './own-policies.ts'
import { surroundings } from './surroundings.ts'
import { ownRoutine } from './wrappable.ts'

const name = 'policy_function_of_column'
const title = 'Policy calls a function with a column'

/** `is_member(org_id)`, wrapped or not. See docs/findings/policy_function_of_column.md. */
export const policyFunctionOfColumn: Rule = defineRule({
  name,
  title,
  description: 'Finds policies that call a function with a column: it is run for every row.',
  examines: 'policies',
  needs: ['policies', 'routines', 'tables', 'indexes'],
  uses: ['columns'],
  schemaOnly: true,
  judge(facts) {
    const around = surroundings(facts)
    const own = ownPolicies(facts.policies)
    const findings = own.flatMap((policy) => {
      const calls = callsPerRow(policy).filter(({ call }) => {
        const routine = call.ownColumns.length > 0 && ownRoutine(policy, call, around)
        return routine && routine.extension === null && routine.volatility !== 'immutable'
      })
      const [first] = calls
      if (first === undefined) return []
      const { level, rows, scale, indexed } = costOf(policy, calls, around)
      const what = namesOf(calls)
      const wrapped = conditionsOf(policy).some((one) => isWrapped(one, policy.table, first.call))
      return policyFinding({ name, title }, policy, {
        level,
        summary: `${what} of ${first.call.ownColumns.join(', ')} ${scale}`,
        detail: `The policy calls ${what} with columns of the table, ${scale}${wrapped ? '; the sub-select around it does not help, since it depends on the row' : ''}.`,
        remediation: remedy(policy.schema, policy.table, policy.name, first.call),
        evidence: { rows, calls: calls.length, indexed },
      })
    })
    return { examined: own.length, findings }
  },
})

function isWrapped(
  expression: Parameters<typeof examine>[0],
  table: string,
  { location, place }: PolicyCall,
): boolean {
  const same = examine(expression, table).calls.some((one) => one.location === location)
  return same && place.parent?.name === 'ResTarget'
}

function remedy(schema: string, table: string, policy: string, call: PolicyCall): string {
  const [column = ''] = call.ownColumns
  return [
    `-- 1. write a function that returns all ${column} for which ${call.schema}.${call.name}() holds,`,
    '--    as setof, stable, and security definer if it reads tables with policies;',
    `-- 2. ask for it once a query: ${quoteIdentifier(column)} in (select your_function())`,
    `--    alter policy ${quoteIdentifier(policy)} on ${quoteName(schema, table)} using (…);`,
    `-- 3. index ${quoteIdentifier(column)}, and let EXPLAIN as the role that asks confirm it.`,
  ].join('\n')
}
