import type { Facts } from '../../facts/index.ts'
import type { Finding } from '../../finding.ts'
import { formatBytes } from '../../quantity.ts'
import { quoteIdentifier, quoteName } from '../../quote.ts'
import { defineRule, type Rule } from '../rule.ts'
import { indexFinding } from './index-finding.ts'
import { dearBytes, indexNotNeeded } from './not-needed.ts'
import { rebuildSql } from './rebuild.ts'
import { dropIndexSql } from './remedies.ts'
import { type SurveyedIndex, surveyIndexes } from './survey.ts'

const name = 'btree_on_array'
const title = 'B-tree on an array'

/** B-trees that can only compare whole arrays. See docs/findings/btree_on_array.md. */
export const btreeOnArray: Rule = defineRule({
  name,
  title,
  description: 'Finds B-trees on array columns: they can’t find what is in an array.',
  examines: 'indexes',
  needs: ['indexes', 'columns', 'tables'],
  uses: ['indexUsage', 'constraints'],
  schemaOnly: true,
  trouble: indexNotNeeded,
  judge(facts) {
    const all = surveyIndexes(facts)
    const findings = all.filter(isOnArray).map((one) => finding(one, facts))
    return { examined: all.length, findings }
  },
})

function isOnArray({ index, columns, doomed, needed, usage }: SurveyedIndex): boolean {
  const [first] = columns
  return (
    index.method === 'btree' &&
    first !== undefined &&
    first.type.endsWith('[]') &&
    !needed &&
    !doomed &&
    // Paths of a tree are sorted and compared as wholes: there it is read, and right.
    (usage?.scans ?? 0) === 0
  )
}

function finding(one: SurveyedIndex, facts: Pick<Facts, 'tables' | 'indexes'>): Finding {
  const { index, whole, bytes, columns, usage } = one
  const column = quoteIdentifier(columns[0]?.name ?? '')
  const hasGin = facts.indexes.some(
    ({ tableOid, method, keys, valid }) =>
      tableOid === index.tableOid &&
      method === 'gin' &&
      valid &&
      keys.some((key) => key.column === columns[0]?.number),
  )
  const rebuilt = {
    label: 'gin',
    method: 'gin',
    keys: [column],
    where: index.predicate,
  }
  const gin = hasGin ? null : rebuildSql(index, whole.table, rebuilt, facts)
  return indexFinding({ name, title }, index, {
    level: bytes >= dearBytes ? 'WARN' : 'INFO',
    summary: `${formatBytes(bytes)}, of no use for @>, && and = any(…)`,
    detail: `${quoteName(index.schema, index.name)} sorts ${column} as whole arrays: it can’t answer which rows contain a value${hasGin ? ', which a GIN index does already' : ''}.`,
    remediation: gin ?? dropIndexSql(index),
    evidence: { bytes, rows: whole.rows, scans: usage?.scans ?? null },
    metadata: { column: columns[0]?.name ?? '' },
  })
}
