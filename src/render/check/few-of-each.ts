import type { Finding } from '../../finding.ts'

/** Findings of which some are shown. */
export interface Few {
  shown: Finding[]
  /** How many of each rule are not, by its name; the rule with most of them first. */
  hidden: [rule: string, count: number][]
}

/** The first findings, but only a few of each rule: one that finds hundreds is to hide no other. */
export function fewOfEach(findings: readonly Finding[], ofEach: number, most: number): Few {
  const counts = new Map<string, number>()
  const few = findings.filter(({ name }) => {
    const count = (counts.get(name) ?? 0) + 1
    counts.set(name, count)
    return count <= ofEach
  })
  const shown = few.slice(0, most)
  for (const { name } of shown) counts.set(name, (counts.get(name) ?? 0) - 1)
  const hidden = [...counts].filter(([, count]) => count > 0).toSorted((a, b) => b[1] - a[1])
  return { shown, hidden }
}
