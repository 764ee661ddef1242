import { isManaged, type PolicyFacts } from '../../facts/index.ts'
import type { Finding } from '../../finding.ts'
import { type ObjectVerdict, objectFinding } from '../object-finding.ts'
import type { Rule } from '../rule.ts'

/** Tables of Supabase on which teams write policies of their own. */
const openTables: ReadonlySet<string> = new Set([
  'storage.objects',
  'storage.buckets',
  'realtime.messages',
])

/** Policies that a team wrote itself; and ours, which are held to the same. */
export function ownPolicies(policies: readonly PolicyFacts[]): PolicyFacts[] {
  return policies.filter(
    (policy) =>
      !isManaged(policy) ||
      policy.schema === 'supascope' ||
      openTables.has(`${policy.schema}.${policy.table}`),
  )
}

export function policyFinding(
  rule: Pick<Rule, 'name' | 'title'>,
  { schema, table, name, command }: PolicyFacts,
  verdict: ObjectVerdict,
): Finding {
  const metadata = { command, ...verdict.metadata }
  return objectFinding(rule, { type: 'policy', schema, table, name }, { ...verdict, metadata })
}
