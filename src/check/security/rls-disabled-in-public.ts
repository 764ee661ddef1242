import type { TableFacts } from '../../facts/index.ts'
import { quoteName } from '../../quote.ts'
import { defineRule, type Rule } from '../rule.ts'
import { exposure, isJudged, rolesOf, securityFinding } from './exposure.ts'
import { canHaveRls, enableRls, openness } from './rls-disabled.ts'

const name = 'rls_disabled_in_public'
const title = 'Table in the API without row level security'

/** Tables that the API serves unguarded. See docs/findings/rls_disabled_in_public.md. */
export const rlsDisabledInPublic: Rule = defineRule({
  name,
  title,
  description:
    'Finds tables in schemas that the API serves, without row level security, on which anon or authenticated have rights.',
  examines: 'tables',
  needs: ['tables', 'access'],
  schemaOnly: true,
  trouble: 'rls_disabled',
  judge({ tables, access }) {
    const { reached } = exposure(access)
    const own = tables.filter((table) => canHaveRls(table) && isJudged(table))
    const open = new Set(own.filter((table) => !table.rls && reached(table).length > 0))
    const byOid = new Map(own.map((table) => [table.oid, table]))
    const findings = [...open]
      // Of a partitioned table that is open itself, the parts are the same trouble.
      .filter((table) => !isOpenParent(table, byOid, open))
      .map((table) => {
        const rights = reached(table)
        const { level, words } = openness(rights)
        return securityFinding(
          { name, title },
          { type: 'table', schema: table.schema, name: table.name },
          {
            level,
            summary: words,
            detail: `${quoteName(table.schema, table.name)} has no row level security, and ${words} all its rows through the API.`,
            remediation: enableRls(table),
            evidence: { roles: rolesOf(rights) },
          },
        )
      })
    return { examined: own.length, findings }
  },
})

function isOpenParent(
  { partitionOf }: TableFacts,
  byOid: ReadonlyMap<number, TableFacts>,
  open: ReadonlySet<TableFacts>,
): boolean {
  const parent = partitionOf === null ? undefined : byOid.get(partitionOf)
  return parent !== undefined && open.has(parent)
}
