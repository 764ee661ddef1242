import { isManaged, type ViewFacts } from '../../facts/index.ts'
import type { Finding } from '../../finding.ts'
import { objectFinding } from '../object-finding.ts'
import { defineRule, type Rule } from '../rule.ts'
import { quoted } from './own-tables.ts'

const name = 'nested_views'
const title = 'Views deeply nested'

/** Views upon views beyond which nobody sees any more what a query reads. */
const mostLevels = 3

/** Views on views on views on views. See docs/findings/nested_views.md. */
export const nestedViews: Rule = defineRule({
  name,
  title,
  description: 'Finds views that stand on more than two levels of other views.',
  examines: 'views',
  needs: ['views'],
  schemaOnly: true,
  judge({ views }) {
    const byOid = new Map(views.map((view) => [view.oid, view]))
    const chains = longestChains(byOid)
    const own = views.filter((view) => !isManaged(view))
    const deep = own.filter(({ oid }) => (chains.get(oid)?.length ?? 0) > mostLevels)
    // Of a tower its top says it all.
    const below = new Set(deep.flatMap(({ reads }) => reads))
    return {
      examined: own.length,
      findings: deep
        .filter(({ oid }) => !below.has(oid))
        .map((view) => finding(view, chains.get(view.oid) ?? [])),
    }
  },
})

/** Of each view the longest way down, itself first. Materialized views are tables to who reads them. */
function longestChains(views: ReadonlyMap<number, ViewFacts>): Map<number, ViewFacts[]> {
  const chains = new Map<number, ViewFacts[]>()
  const chainOf = (view: ViewFacts): ViewFacts[] => {
    const known = chains.get(view.oid)
    if (known !== undefined) return known
    // Views can't be circular but by `create or replace` of old; then the way ends here.
    chains.set(view.oid, [view])
    let longest: ViewFacts[] = []
    for (const oid of view.reads) {
      const read = views.get(oid)
      if (read === undefined || read.materialized) continue
      const chain = chainOf(read)
      if (chain.length > longest.length) longest = chain
    }
    const chain = [view, ...longest]
    chains.set(view.oid, chain)
    return chain
  }
  for (const view of views.values()) chainOf(view)
  return chains
}

function finding(view: ViewFacts, chain: readonly ViewFacts[]): Finding {
  return objectFinding(
    { name, title },
    { type: view.materialized ? 'matview' : 'view', schema: view.schema, name: view.name },
    {
      level: 'INFO',
      summary: `${chain.length} levels of views`,
      detail: `${quoted(view)} stands on ${chain.length - 1} levels of views: ${chain.map(quoted).join(' → ')}. The planner works through all of them, and joins that only lower levels need are made each time.`,
      remediation: `-- Let it name the tables, or store a level: what the query comes to is\nexplain (verbose) select * from ${quoted(view)};`,
      evidence: { levels: chain.length },
    },
  )
}
