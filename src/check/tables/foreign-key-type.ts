import { type ColumnFacts, type ConstraintFacts, isManaged } from '../../facts/index.ts'
import type { Finding, FindingLevel } from '../../finding.ts'
import { quoteIdentifier, quoteName } from '../../quote.ts'
import { objectFinding } from '../object-finding.ts'
import { defineRule, type Rule } from '../rule.ts'

const name = 'foreign_key_type'
const title = 'Foreign key of another type'

/** A pair of columns of different types. */
interface Mismatch {
  constraint: ConstraintFacts
  from: ColumnFacts
  to: ColumnFacts
}

/** Keys that differ in type from what they refer to. See docs/findings/foreign_key_type.md. */
export const foreignKeyType: Rule = defineRule({
  name,
  title,
  description: 'Finds foreign keys whose columns are of another type than those they refer to.',
  examines: 'foreign keys',
  needs: ['constraints', 'columns'],
  schemaOnly: true,
  judge({ constraints, columns }) {
    const byPlace = new Map(columns.map((one) => [`${one.tableOid}.${one.number}`, one]))
    const own = constraints.filter(
      (one) => one.kind === 'foreign' && one.parentOid === null && !isManaged(one),
    )
    const found = own.flatMap((one) => mismatch(one, byPlace) ?? [])
    return { examined: own.length, findings: found.map(finding) }
  },
})

/** The first pair that differs. */
function mismatch(
  constraint: ConstraintFacts,
  columns: ReadonlyMap<string, ColumnFacts>,
): Mismatch | null {
  const { references, tableOid } = constraint
  if (references === null) return null
  for (const [place, number] of constraint.columns.entries()) {
    const from = columns.get(`${tableOid}.${number}`)
    const to = columns.get(`${references.tableOid}.${references.columns[place]}`)
    if (from !== undefined && to !== undefined && levelOf(from, to) !== null) {
      return { constraint, from, to }
    }
  }
  return null
}

const integers = ['int2', 'int4', 'int8']
/** varchar is text to the server: the same operators, the same indexes. */
const texts = ['text', 'varchar']
/** Others may be domains, of which a mere difference of names says nothing. */
const known = [
  ...integers,
  ...texts,
  'numeric',
  'float4',
  'float8',
  'bpchar',
  'uuid',
  'name',
  'date',
  'timestamp',
  'timestamptz',
]

function levelOf(from: ColumnFacts, to: ColumnFacts): FindingLevel | null {
  const [a, b] = [from.typeName, to.typeName]
  if (a === b || !known.includes(a) || !known.includes(b)) return null
  if (texts.includes(a) && texts.includes(b)) return null
  const wider =
    integers.includes(a) && integers.includes(b) && integers.indexOf(a) > integers.indexOf(b)
  return wider ? 'INFO' : 'WARN'
}

function finding({ constraint, from, to }: Mismatch): Finding {
  const { schema, table, references } = constraint
  const what = quoteName(schema, table)
  const target = quoteName(references?.schema ?? '', references?.table ?? '')
  const narrow = integers.includes(from.typeName) && integers.includes(to.typeName)
  const level = levelOf(from, to) ?? 'INFO'
  const effect =
    level === 'INFO'
      ? 'it takes room for nothing'
      : narrow
        ? 'rows beyond its range can not be referred to'
        : 'each comparison converts one side, and an index on that side may not serve'
  return objectFinding(
    { name, title },
    { type: 'constraint', schema, table, name: constraint.name },
    {
      level,
      summary: `${from.name} is ${from.type}, ${to.name} is ${to.type}`,
      detail: `${what}.${quoteIdentifier(from.name)} is ${from.type} and refers to ${target}.${quoteIdentifier(to.name)}, which is ${to.type}: ${effect}.`,
      remediation: `-- Rewrites the table under an exclusive lock:\nalter table ${what} alter column ${quoteIdentifier(from.name)} type ${to.type} using ${quoteIdentifier(from.name)}::${to.type};`,
      evidence: { column_type: from.type, referenced_type: to.type },
    },
  )
}
