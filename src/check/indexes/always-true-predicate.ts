import type { Facts } from '../../facts/index.ts'
import type { Finding } from '../../finding.ts'
import { quoteIdentifier, quoteName } from '../../quote.ts'
import { defineRule, type Rule } from '../rule.ts'
import { indexFinding } from './index-finding.ts'
import { conjuncts, notNullColumn } from './predicate.ts'
import { rebuildSql } from './rebuild.ts'
import { type SurveyedIndex, surveyIndexes } from './survey.ts'

const name = 'always_true_predicate'
const title = 'Condition that is always true'

/** Partial indexes that leave nothing out. See docs/findings/always_true_predicate.md. */
export const alwaysTruePredicate: Rule = defineRule({
  name,
  title,
  description: 'Finds partial indexes whose condition asks that a NOT NULL column is not null.',
  examines: 'partial indexes',
  needs: ['indexes', 'columns', 'tables'],
  uses: ['constraints'],
  schemaOnly: true,
  judge(facts) {
    const notNull = new Set(
      facts.columns.flatMap((one) => (one.notNull ? `${one.tableOid}.${one.name}` : [])),
    )
    const partial = surveyIndexes(facts).filter(({ index }) => index.predicate !== null)
    const findings = partial.flatMap((one) => {
      const parts = conjuncts(one.index.predicate ?? '') ?? []
      const idle = parts.filter((part) =>
        notNull.has(`${one.index.tableOid}.${notNullColumn(part) ?? ''}`),
      )
      if (one.doomed || idle.length === 0) return []
      return finding(one, { parts, idle }, facts)
    })
    return { examined: partial.length, findings }
  },
})

function finding(
  { index, whole, bytes }: SurveyedIndex,
  { parts, idle }: { parts: readonly string[]; idle: readonly string[] },
  facts: Pick<Facts, 'tables' | 'indexes'>,
): Finding {
  const columns = idle.map((part) => notNullColumn(part) ?? '')
  const rest = parts.filter((part) => !idle.includes(part))
  // An equality on a key proves the condition; one on another column proves nothing of it.
  const outside = !columns.every((one) => isKey(index, one))
  const where = rest.length === 0 ? null : rest.map((part) => `(${part})`).join(' and ')
  const label = rest.length === 0 ? 'all' : 'some'
  const which = columns.map(quoteIdentifier).join(', ')
  return indexFinding({ name, title }, index, {
    level: 'INFO',
    summary: `${which} can't be null, yet its condition asks for that`,
    detail: `${quoteName(index.schema, index.name)} is limited to rows where ${which} is not null, which holds for all: ${
      outside
        ? 'the planner can use it only for queries that say so as well.'
        : 'the planner can use it only for queries that have a condition on it, not for sorting all rows.'
    }`,
    remediation:
      rebuildSql(index, whole.table, { label, where }, facts) ??
      'Make the index anew without the condition, then drop this one.',
    evidence: { bytes, column_is_key: !outside },
    metadata: { columns: columns.join(', ') },
  })
}

function isKey({ keys }: SurveyedIndex['index'], column: string): boolean {
  return keys.some(({ text }) => text === quoteIdentifier(column) || text === column)
}
