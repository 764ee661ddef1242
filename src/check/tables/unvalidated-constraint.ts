import { type ConstraintFacts, isManaged } from '../../facts/index.ts'
import type { Finding } from '../../finding.ts'
import { quoteIdentifier, quoteName } from '../../quote.ts'
import { objectFinding } from '../object-finding.ts'
import { defineRule, type Rule } from '../rule.ts'

const name = 'unvalidated_constraint'
const title = 'Constraint never validated'

/** Constraints that old rows may break. See docs/findings/unvalidated_constraint.md. */
export const unvalidatedConstraint: Rule = defineRule({
  name,
  title,
  description: 'Finds constraints that were added NOT VALID and never validated.',
  examines: 'constraints',
  needs: ['constraints'],
  schemaOnly: true,
  judge({ constraints }) {
    const own = constraints.filter((one) => one.parentOid === null && !isManaged(one))
    return { examined: own.length, findings: own.filter(isOpen).map(finding) }
  },
})

/** One that is NOT ENFORCED (PostgreSQL 18) is meant to hold nothing. */
function isOpen({ validated, definition }: ConstraintFacts): boolean {
  return !validated && !definition.endsWith('NOT ENFORCED')
}

function finding({ schema, table, name: constraint, kind }: ConstraintFacts): Finding {
  const what = quoteName(schema, table)
  return objectFinding(
    { name, title },
    { type: 'constraint', schema, table, name: constraint },
    {
      level: kind === 'foreign' ? 'WARN' : 'INFO',
      categories: ['RELIABILITY', 'PERFORMANCE'],
      summary: 'rows from before it was added may break it',
      detail: `${constraint} on ${what} was never validated: rows from before may break it, and the planner does not rely on it.`,
      remediation: `-- Reads the table once; reads and writes go on:\nalter table ${what} validate constraint ${quoteIdentifier(constraint)};`,
      evidence: { kind },
    },
  )
}
