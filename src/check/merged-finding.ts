import { type Finding, findingLevels } from '../finding.ts'

/**
 * One finding of several on the same trouble: the first names it, with the evidence of all, the
 * level of the most severe, and the others named in its detail.
 */
export function mergedFinding(first: Finding, others: readonly Finding[]): Finding {
  if (others.length === 0) return first
  const all = [first, ...others]
  const also = others.map(({ title, metadata }) => `${title.toLowerCase()} (${metadata.summary})`)
  return {
    ...first,
    level: findingLevels.find((level) => all.some((one) => one.level === level)) ?? first.level,
    detail: `${first.detail} Also: ${also.join('; ')}.`,
    metadata: { ...first.metadata, rules: all.map(({ name }) => name).join(',') },
    evidence: Object.assign({}, ...all.toReversed().map(({ evidence }) => evidence)),
  }
}
