import type { AccessFacts } from '../../facts/index.ts'
import { quoteName } from '../../quote.ts'
import { defineRule, type Rule } from '../rule.ts'
import { type Exposure, exposure, isJudged, rolesOf, securityFinding } from './exposure.ts'
import { isInvoker, passesPolicies, sourcesOf, type ViewSource } from './view-sources.ts'

const name = 'security_definer_view'
const title = 'View reads as its owner'

/** Views that show more than their reader may see. See docs/findings/security_definer_view.md. */
export const securityDefinerView: Rule = defineRule({
  name,
  title,
  description:
    "Finds views in the API that read with their owner's rights what their readers could not read, or not in whole.",
  examines: 'views',
  needs: ['tables', 'views', 'access'],
  schemaOnly: true,
  trouble: 'view_reads_as_owner',
  judge({ tables, views, access }) {
    const reach = exposure(access)
    const byOid = new Map(tables.map((table) => [table.oid, table]))
    const viewByOid = new Map(views.map((view) => [view.oid, view]))
    const own = tables.filter((table) => table.kind === 'view' && isJudged(table))
    const findings = own
      .filter((view) => !isInvoker(view))
      .flatMap((view) => {
        const readers = reach.reached(view).filter((right) => right.select)
        if (readers.length === 0) return []
        const sources = sourcesOf(view, byOid, viewByOid).filter(
          ({ table }) => table.kind !== 'view',
        )
        const bypassed = sources.filter((source) => isBypassed(source, access))
        const lent = sources.filter((source) => isLent(source, rolesOf(readers), reach))
        const [worst] = bypassed.length > 0 ? bypassed : lent
        if (worst === undefined) return []
        const what = quoteName(view.schema, view.name)
        const table = quoteName(worst.table.schema, worst.table.name)
        const who = rolesOf(readers)
        return securityFinding(
          { name, title },
          { type: 'view', schema: view.schema, name: view.name },
          {
            level: bypassed.length > 0 ? 'ERROR' : 'WARN',
            summary:
              bypassed.length > 0
                ? `passes over the policies of ${table}, for ${who}`
                : `shows ${table}, which ${who} may not read`,
            detail: `${what} reads as ${view.owner}, and ${who} may read it: it ${bypassed.length > 0 ? `passes over the policies of ${table}` : `shows ${table}, which they may not read themselves`}.`,
            remediation: `alter view ${what} set (security_invoker = true);`,
            evidence: { bypassed: bypassed.length, lent: lent.length, roles: who },
          },
        )
      })
    return { examined: own.length, findings }
  },
})

function isBypassed({ table, readAs }: ViewSource, access: AccessFacts): boolean {
  return readAs !== null && table.rls && passesPolicies(readAs, table, access)
}

/** A reader has no right of its own to it. */
function isLent({ table, readAs }: ViewSource, readers: string, { rights }: Exposure): boolean {
  if (readAs === null) return false
  const able = new Set(rights(table.oid).flatMap((right) => (right.select ? right.role : [])))
  return readers.split(', ').some((role) => !able.has(role))
}
