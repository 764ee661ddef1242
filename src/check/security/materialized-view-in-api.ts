import { quoteName } from '../../quote.ts'
import { defineRule, type Rule } from '../rule.ts'
import { exposure, isJudged, rolesOf, securityFinding } from './exposure.ts'
import { sourcesOf } from './view-sources.ts'

const name = 'materialized_view_in_api'
const title = 'Materialized view in the API'

/** Materialized views know no policies. See docs/findings/materialized_view_in_api.md. */
export const materializedViewInApi: Rule = defineRule({
  name,
  title,
  description:
    'Finds materialized views that anon or authenticated can read through the API: no policy guards their rows.',
  examines: 'materialized views',
  needs: ['tables', 'views', 'access'],
  schemaOnly: true,
  trouble: 'view_reads_as_owner',
  judge({ tables, views, access }) {
    const { reached } = exposure(access)
    const byOid = new Map(tables.map((table) => [table.oid, table]))
    const viewByOid = new Map(views.map((view) => [view.oid, view]))
    const own = tables.filter((table) => table.kind === 'matview' && isJudged(table))
    const findings = own.flatMap((view) => {
      const who = rolesOf(reached(view).filter((right) => right.select))
      if (who === '') return []
      const what = quoteName(view.schema, view.name)
      const guarded = sourcesOf(view, byOid, viewByOid).find(({ table }) => table.rls)?.table
      const from = guarded === undefined ? '' : quoteName(guarded.schema, guarded.name)
      return securityFinding(
        { name, title },
        { type: 'materialized view', schema: view.schema, name: view.name },
        {
          level: guarded === undefined ? 'WARN' : 'ERROR',
          summary:
            guarded === undefined ? `readable by ${who}` : `holds rows of ${from}, for ${who}`,
          detail: `${what} can be read in whole through the API by ${who}${guarded === undefined ? '' : `, with rows of ${from} that its policies would withhold`}.`,
          remediation: `revoke all on ${what} from anon, authenticated;`,
          evidence: { roles: who, policies_passed: guarded !== undefined },
        },
      )
    })
    return { examined: own.length, findings }
  },
})
