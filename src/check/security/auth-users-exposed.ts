import type { TableFacts } from '../../facts/index.ts'
import { quoteName } from '../../quote.ts'
import { defineRule, type Rule } from '../rule.ts'
import { exposure, isJudged, rolesOf, securityFinding } from './exposure.ts'
import { sourcesOf } from './view-sources.ts'

const name = 'auth_users_exposed'
const title = 'auth.users exposed'

/** Views over auth.users that the API serves. See docs/findings/auth_users_exposed.md. */
export const authUsersExposed: Rule = defineRule({
  name,
  title,
  description:
    'Finds views and materialized views that show auth.users to anon or authenticated, straight or through other views.',
  examines: 'views',
  needs: ['tables', 'views', 'access'],
  schemaOnly: true,
  trouble: 'view_reads_as_owner',
  judge({ tables, views, access }) {
    const { reached, rights } = exposure(access)
    const byOid = new Map(tables.map((table) => [table.oid, table]))
    const viewByOid = new Map(views.map((view) => [view.oid, view]))
    const own = tables.filter((table) => isView(table) && isJudged(table))
    const findings = own.flatMap((view) => {
      const readers = reached(view).filter((right) => right.select)
      const users = sourcesOf(view, byOid, viewByOid).filter(({ table }) => isUsers(table))
      const shown = readers.filter(({ role }) =>
        users.some(
          ({ table, readAs }) =>
            readAs !== null ||
            (!table.rls && rights(table.oid).some((right) => right.role === role && right.select)),
        ),
      )
      if (shown.length === 0) return []
      const what = quoteName(view.schema, view.name)
      const who = rolesOf(shown)
      return securityFinding(
        { name, title },
        {
          type: view.kind === 'matview' ? 'materialized view' : 'view',
          schema: view.schema,
          name: view.name,
        },
        {
          level: 'ERROR',
          summary: `shows auth.users to ${who}`,
          detail: `${what} reads auth.users and can be read through the API by ${who}.`,
          remediation: `revoke all on ${what} from anon, authenticated;`,
          metadata: { exposedTo: who },
          evidence: { roles: who },
        },
      )
    })
    return { examined: own.length, findings }
  },
})

function isView({ kind }: TableFacts): boolean {
  return kind === 'view' || kind === 'matview'
}

function isUsers({ schema, name: table }: TableFacts): boolean {
  return schema === 'auth' && table === 'users'
}
