import type { PolicyFacts, RoutineFacts } from '../../facts/index.ts'
import type { PolicyCall } from './expression.ts'
import { wrapCalls } from './rewrite.ts'
import type { Surroundings } from './surroundings.ts'

/** What asks who is there: the same for a whole query. */
export function isIdentityCall({ schema, name, anyColumn }: PolicyCall): boolean {
  if (anyColumn) return false
  return schema === 'auth' || (schema === 'pg_catalog' && name === 'current_setting')
}

/** A function of a team, or of an extension, and not one of Supabase's or of the system. */
export function ownRoutine(
  policy: PolicyFacts,
  call: PolicyCall,
  surroundings: Surroundings,
): RoutineFacts | undefined {
  if (['auth', 'pg_catalog', 'storage', 'realtime'].includes(call.schema)) return undefined
  return surroundings.routine(policy, call)
}

/** The policy with all that is the same for a whole query run once, whatever rule found it. */
export function wrapAll(policy: PolicyFacts, surroundings: Surroundings): string | null {
  return wrapCalls(
    policy,
    (call) =>
      isIdentityCall(call) ||
      (!call.anyColumn && ownRoutine(policy, call, surroundings)?.volatility === 'stable'),
  )
}

/** Where no rewriting can be vouched for. */
export const wrapByHand =
  '-- put each such call into a scalar sub-select of its own: (select auth.uid())'
