import type { PolicyFacts, RoutineFacts } from '../../facts/index.ts'
import { quoteName } from '../../quote.ts'
import { defineRule, type Rule } from '../rule.ts'
import { callsPerRow, costOf, namesOf, type PlacedCall } from './call-cost.ts'
import type { PolicyCall } from './expression.ts'
import { ownPolicies, policyFinding } from './own-policies.ts'
import { type Surroundings, surroundings } from './surroundings.ts'
import { type WrapRemedy, wrapRemedy } from './wrap-remedy.ts'
import { ownRoutine } from './wrappable.ts'

const name = 'policy_volatile_function'
const title = 'Policy calls a volatile function'

/** A function that may answer differently for each row. See docs/findings/policy_volatile_function.md. */
export const policyVolatileFunction: Rule = defineRule({
  name,
  title,
  description:
    'Finds policies that call a VOLATILE function for every row: no index can be used by its result.',
  examines: 'policies',
  needs: ['policies', 'routines', 'tables', 'indexes'],
  uses: ['columns', 'access'],
  schemaOnly: true,
  judge(facts) {
    const around = surroundings(facts)
    const wrap = wrapRemedy(facts)
    const own = ownPolicies(facts.policies)
    const findings = own.flatMap((policy) => {
      const calls = callsPerRow(policy).filter(({ call }) => isVolatile(policy, call, around))
      if (calls.length === 0) return []
      const { level, rows, scale } = costOf(policy, calls, around)
      const what = namesOf(calls)
      return policyFinding({ name, title }, policy, {
        level,
        summary: `${what} ${scale}`,
        detail: `The policy calls ${what}, which is volatile, ${scale}: the planner must run it for each row, and no index can be used by its result.`,
        remediation: remedy(policy, calls, around, wrap),
        evidence: { rows, calls: calls.length },
      })
    })
    return { examined: own.length, findings }
  },
})

/** Of the system's own, those that someone might write into a policy. */
const systemVolatile: ReadonlySet<string> = new Set([
  'random',
  'clock_timestamp',
  'timeofday',
  'gen_random_uuid',
  'nextval',
  'set_config',
  'pg_sleep',
])

function isVolatile(policy: PolicyFacts, call: PolicyCall, around: Surroundings): boolean {
  if (call.schema === 'pg_catalog') return systemVolatile.has(call.name)
  return ownRoutine(policy, call, around)?.volatility === 'volatile'
}

function remedy(
  policy: PolicyFacts,
  calls: readonly PlacedCall[],
  around: Surroundings,
  wrap: WrapRemedy,
): string {
  const routines = new Map<number, RoutineFacts>()
  for (const { call } of calls) {
    const routine = ownRoutine(policy, call, around)
    if (routine !== undefined) routines.set(routine.oid, routine)
  }
  const wrapped = wrap(policy, (call) => !call.anyColumn && isVolatile(policy, call, around))
  return [
    ...(routines.size > 0 ? ['-- if it only reads:'] : []),
    ...Array.from(routines.values(), alterStable),
    ...(wrapped === null ? [] : [wrapped]),
    ...(routines.size > 0 || wrapped !== null
      ? []
      : ['-- compute it outside of the policy: what changes from row to row decides nothing']),
  ].join('\n')
}

function alterStable({ schema, name, arguments: types }: RoutineFacts): string {
  return `alter function ${quoteName(schema, name)}(${types}) stable;`
}
