import type { PolicyFacts, RoutineFacts } from '../../facts/index.ts'
import type { PolicyCall } from './expression.ts'
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
