import {
  type ColumnFacts,
  type ConstraintFacts,
  isManaged,
  type TableFacts,
} from '../../facts/index.ts'
import type { Finding } from '../../finding.ts'
import { quoteIdentifier } from '../../quote.ts'
import { objectFinding } from '../object-finding.ts'
import { defineRule, type Rule } from '../rule.ts'
import { quoted } from './own-tables.ts'

const name = 'column_types'
const title = 'Column of an unlucky type'

/** A column, what is wrong with its type, and the SQL that mends it. */
interface Doubt {
  column: ColumnFacts
  to: string
  why: string
  using: string
}

/** Types that have a better one. See docs/findings/column_types.md. */
export const columnTypes: Rule = defineRule({
  name,
  title,
  description: 'Finds json, timestamps without zone, and UUIDs kept as text in a primary key.',
  examines: 'tables',
  needs: ['tables', 'columns', 'constraints'],
  schemaOnly: true,
  judge({ tables, columns, constraints }) {
    const own = tables.filter(isJudged)
    const byTable = Map.groupBy(columns, ({ tableOid }) => tableOid)
    const keys = keyColumns(constraints)
    const findings = own.flatMap((table) => {
      const doubts = (byTable.get(table.oid) ?? []).flatMap((one) => doubtOf(one, keys))
      return doubts.length === 0 ? [] : [finding(table, doubts)]
    })
    return { examined: own.length, findings }
  },
})

function isJudged(table: TableFacts): boolean {
  const own = (table.kind === 'table' || table.kind === 'partitioned') && !isManaged(table)
  return own && table.partitionOf === null
}

function keyColumns(constraints: readonly ConstraintFacts[]): Set<string> {
  const primary = constraints.filter(({ kind }) => kind === 'primary')
  return new Set(
    primary.flatMap(({ tableOid, columns }) => columns.map((number) => `${tableOid}.${number}`)),
  )
}

function doubtOf(column: ColumnFacts, keys: ReadonlySet<string>): Doubt[] {
  const held = quoteIdentifier(column.name)
  if (column.typeName === 'json' || column.typeName === '_json') {
    const to = column.typeName === 'json' ? 'jsonb' : 'jsonb[]'
    const why = 'is parsed anew at each access, and knows no equality and no index'
    return [{ column, to, why, using: `${held}::${to}` }]
  }
  if (column.typeName === 'timestamp') {
    const why = 'is no moment: what it means depends on who reads it'
    return [{ column, to: 'timestamptz', why, using: `${held} at time zone 'UTC'` }]
  }
  // As long as a UUID, with or without hyphens and braces.
  const isKey = keys.has(`${column.tableOid}.${column.number}`)
  if (isKey && /^(character varying|character)\((32|36|38)\)$/.test(column.type)) {
    const why = 'looks like a UUID kept as text: more than twice the bytes, in each index too'
    return [{ column, to: 'uuid', why, using: `${held}::uuid` }]
  }
  return []
}

/** One a table: to mend them is one rewrite. */
function finding(table: TableFacts, doubts: readonly Doubt[]): Finding {
  const what = quoted(table)
  const changes = doubts.map(
    ({ column, to, using }) =>
      `  alter column ${quoteIdentifier(column.name)} type ${to} using ${using}`,
  )
  const defaults = doubts.some(({ column }) => column.defaultExpression !== null)
  return objectFinding(
    { name, title },
    { type: 'table', schema: table.schema, name: table.name },
    {
      level: 'INFO',
      summary: doubts.map(({ column }) => `${column.name} is ${column.type}`).join(', '),
      detail: `In ${what} ${doubts.map(({ column, why }) => `${column.name} (${column.type}) ${why}`).join('; ')}.`,
      remediation: `-- Rewrites the table once, under an exclusive lock${defaults ? '; defaults are converted with it' : ''}:\nalter table ${what}\n${changes.join(',\n')};`,
      evidence: { columns: doubts.length },
    },
  )
}
