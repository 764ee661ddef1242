import type { Finding } from '../finding.ts'
import { mergedFinding } from './merged-finding.ts'
import type { Rule } from './rule.ts'

/**
 * One finding a trouble: rules that speak of the same trouble of the same object are merged into
 * the finding of the one that stands first in the registry. The order of the findings is kept.
 */
export function mergeTroubles(findings: readonly Finding[], rules: readonly Rule[]): Finding[] {
  const places = new Map(rules.map((rule, place) => [rule.name, { place, trouble: rule.trouble }]))
  const groups = Map.groupBy(findings, (finding) =>
    JSON.stringify([places.get(finding.name)?.trouble ?? finding.name, ...subjectOf(finding)]),
  )
  return [...groups.values()].flatMap((group) => {
    const inOrder = group.toSorted(
      (a, b) => (places.get(a.name)?.place ?? 0) - (places.get(b.name)?.place ?? 0),
    )
    const [first, ...others] = inOrder
    return first === undefined ? [] : [mergedFinding(first, others)]
  })
}

function subjectOf({ metadata, cacheKey, name }: Finding): unknown[] {
  const { type, schema, table, queryid, role, toplevel } = metadata
  // What else tells two subjects of one name apart (a function's arguments) is in the key.
  const rest = cacheKey.startsWith(`${name}:`) ? cacheKey.slice(name.length + 1) : cacheKey
  return [type, schema, table, metadata.name, queryid, role, toplevel, rest]
}
