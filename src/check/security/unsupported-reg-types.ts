import { quoteIdentifier, quoteName } from '../../quote.ts'
import { defineRule, type Rule } from '../rule.ts'
import { isJudged, securityFinding } from './exposure.ts'

const name = 'unsupported_reg_types'
const title = 'Column type that stops an upgrade'

/** What pg_upgrade refuses: their oids change from version to version. */
const refused: ReadonlySet<string> = new Set([
  'regcollation',
  'regconfig',
  'regdictionary',
  'regnamespace',
  'regoper',
  'regoperator',
  'regproc',
  'regprocedure',
])

/** Columns that store oids of the system. See docs/findings/unsupported_reg_types.md. */
export const unsupportedRegTypes: Rule = defineRule({
  name,
  title,
  description: 'Finds columns of reg* types that pg_upgrade refuses to carry over.',
  examines: 'columns',
  needs: ['tables', 'columns'],
  schemaOnly: true,
  judge({ tables, columns }) {
    const stored = new Map(
      tables
        .filter((table) => (table.kind === 'table' || table.kind === 'matview') && isJudged(table))
        .map((table) => [table.oid, table]),
    )
    const own = columns.filter(({ tableOid }) => stored.has(tableOid))
    const findings = own.flatMap((column) => {
      const table = stored.get(column.tableOid)
      if (table === undefined || !refused.has(column.typeName.replace(/^_/, ''))) return []
      const { schema, name: of } = table
      const array = column.typeName.startsWith('_') ? '[]' : ''
      return securityFinding(
        { name, title },
        { type: 'column', schema, table: of, name: column.name },
        {
          level: 'WARN',
          categories: ['RELIABILITY'],
          summary: `of type ${column.type}`,
          detail: `${quoteName(schema, of)} stores ${column.type} in ${quoteIdentifier(column.name)}: pg_upgrade refuses the database as long as it does.`,
          remediation:
            table.kind === 'table'
              ? `alter table ${quoteName(schema, of)} alter column ${quoteIdentifier(column.name)} type text${array} using ${quoteIdentifier(column.name)}::text${array};`
              : `-- cast the column to text in the query of ${quoteName(schema, of)}`,
          evidence: { type: column.type },
        },
      )
    })
    return { examined: own.length, findings }
  },
})
