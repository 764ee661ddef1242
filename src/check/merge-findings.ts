import type { Finding } from '../finding.ts'
import { mergedFinding } from './merged-finding.ts'

/** Which rule names the trouble where several speak of one statement: the likelier cause first. */
const precedence = [
  'regressed_statement',
  'spilling_statement',
  'slow_statement',
  'chatty_statement',
  'new_statement',
]

/**
 * One finding a statement: that of the rule with precedence, with the evidence of all, the level of
 * the most severe, and the others named in its detail.
 */
export function mergeFindings(findings: readonly Finding[]): Finding[] {
  const subjects = Map.groupBy(findings, subjectOf)
  return [...subjects.values()].flatMap((group) => {
    const [first, ...others] = group.toSorted((a, b) => placeOf(a) - placeOf(b))
    return first === undefined ? [] : [mergedFinding(first, others)]
  })
}

function subjectOf({ metadata }: Finding): string {
  return JSON.stringify([metadata.type, metadata.queryid, metadata.role, metadata.toplevel])
}

function placeOf({ name }: Finding): number {
  const place = precedence.indexOf(name)
  return place < 0 ? precedence.length : place
}
