import { type ConstraintFacts, isManaged } from '../../facts/index.ts'
import type { Finding } from '../../finding.ts'
import { quoteIdentifier, quoteName } from '../../quote.ts'
import { objectFinding } from '../object-finding.ts'
import { defineRule, type Rule } from '../rule.ts'

const name = 'duplicate_foreign_key'
const title = 'Foreign key twice'

/** Keys that say what another one says. See docs/findings/duplicate_foreign_key.md. */
export const duplicateForeignKey: Rule = defineRule({
  name,
  title,
  description: 'Finds foreign keys that repeat another one, or are a part of it.',
  examines: 'foreign keys',
  needs: ['constraints'],
  schemaOnly: true,
  judge({ constraints }) {
    const own = constraints.filter(
      (one) => one.kind === 'foreign' && one.parentOid === null && !isManaged(one),
    )
    const groups = Map.groupBy(own, (one) => `${one.tableOid}>${one.references?.tableOid}`)
    const findings = [...groups.values()].flatMap((group) => {
      // The one that is kept comes first: the widest, then the oldest.
      const sorted = group.toSorted((a, b) => b.columns.length - a.columns.length || a.oid - b.oid)
      return sorted.flatMap((one, place) => {
        const other = sorted.slice(0, place).find((wider) => isPartOf(one, wider))
        return other === undefined ? [] : [finding(one, other)]
      })
    })
    return { examined: own.length, findings }
  },
})

/** Each of its pairs of columns is one of the other's. */
function isPartOf(one: ConstraintFacts, other: ConstraintFacts): boolean {
  const pairs = pairsOf(other)
  return [...pairsOf(one)].every((pair) => pairs.has(pair))
}

function pairsOf({ columns, references }: ConstraintFacts): Set<string> {
  return new Set(columns.map((column, place) => `${column}>${references?.columns[place]}`))
}

function finding(one: ConstraintFacts, other: ConstraintFacts): Finding {
  const { schema, table, references } = one
  const same = one.columns.length === other.columns.length
  const what = quoteName(schema, table)
  const differ =
    references?.onDelete === other.references?.onDelete &&
    references?.onUpdate === other.references?.onUpdate
      ? ''
      : ` Their actions differ (${references?.onDelete} and ${other.references?.onDelete} on delete): keep the one that is meant.`
  return objectFinding(
    { name, title },
    { type: 'constraint', schema, table, name: one.name },
    {
      level: same ? 'WARN' : 'INFO',
      summary: same ? `the same as ${other.name}` : `a part of ${other.name}`,
      detail: `${one.name} on ${what} ${same ? 'says the same as' : 'is a part of'} ${other.name}: every write checks both.${differ}`,
      remediation: `${same ? '' : '-- If rows with nulls in the other columns need no check:\n'}alter table ${what} drop constraint ${quoteIdentifier(one.name)};`,
      evidence: { other: other.name },
    },
  )
}
