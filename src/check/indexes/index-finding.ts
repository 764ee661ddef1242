import type { IndexFacts } from '../../facts/index.ts'
import type { Finding } from '../../finding.ts'
import { type ObjectVerdict, objectFinding } from '../object-finding.ts'

/** The finding of a rule on an index. */
export function indexFinding(
  rule: { name: string; title: string },
  { schema, table, name }: IndexFacts,
  verdict: ObjectVerdict,
): Finding {
  return objectFinding(rule, { type: 'index', schema, name, table }, verdict)
}
