import { quoteName } from '../../quote.ts'
import { defineRule, type Rule } from '../rule.ts'
import { exposure, isJudged, rolesOf, securityFinding } from './exposure.ts'

const name = 'foreign_table_in_api'
const title = 'Foreign table in the API'

/** Foreign tables know no policies. See docs/findings/foreign_table_in_api.md. */
export const foreignTableInApi: Rule = defineRule({
  name,
  title,
  description:
    'Finds foreign tables that anon or authenticated can reach through the API: they can have no row level security.',
  examines: 'foreign tables',
  needs: ['tables', 'access'],
  schemaOnly: true,
  judge({ tables, access }) {
    const { reached } = exposure(access)
    const own = tables.filter((table) => table.kind === 'foreign' && isJudged(table))
    const findings = own.flatMap((table) => {
      const rights = reached(table)
      const who = rolesOf(rights)
      if (who === '') return []
      const what = quoteName(table.schema, table.name)
      const written = rights.some((right) => right.insert || right.update || right.delete)
      return securityFinding(
        { name, title },
        { type: 'foreign table', schema: table.schema, name: table.name },
        {
          level: written ? 'ERROR' : 'WARN',
          summary: `${written ? 'readable and writable' : 'readable'} by ${who}`,
          detail: `${what} can be ${written ? 'read and written' : 'read'} through the API by ${who}: no policy can stand before it.`,
          remediation: `revoke all on ${what} from anon, authenticated;`,
          evidence: { roles: who, written },
        },
      )
    })
    return { examined: own.length, findings }
  },
})
