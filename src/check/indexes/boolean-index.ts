import type { ColumnFacts, Facts } from '../../facts/index.ts'
import type { Finding } from '../../finding.ts'
import { formatBytes, formatShare, plural } from '../../quantity.ts'
import { quoteIdentifier, quoteName } from '../../quote.ts'
import { defineRule, type Rule } from '../rule.ts'
import { indexFinding } from './index-finding.ts'
import { dearBytes } from './not-needed.ts'
import { rebuildSql } from './rebuild.ts'
import { dropIndexSql } from './remedies.ts'
import { hasFreshStatistics } from './statistics-gate.ts'
import { type SurveyedIndex, surveyIndexes } from './survey.ts'

const name = 'boolean_index'
const title = 'Index of a boolean'

/** Smaller tables are read whole anyway. */
const leastRows = 10_000
/** A value that fewer rows have than this share is worth to be looked up. */
const rareShare = 0.1

/** Indexes of nothing but a boolean. See docs/findings/boolean_index.md. */
export const booleanIndex: Rule = defineRule({
  name,
  title,
  description: 'Finds B-trees of nothing but a boolean column.',
  examines: 'indexes',
  needs: ['indexes', 'columns', 'constraints', 'tables'],
  uses: ['indexUsage', 'tableUsage'],
  judge(facts) {
    const all = surveyIndexes(facts)
    const findings = all.flatMap((one) => {
      const [column] = one.columns
      return column !== undefined && isOfBoolean(one, column) ? finding(one, column, facts) : []
    })
    return { examined: all.length, findings }
  },
})

function isOfBoolean(one: SurveyedIndex, column: ColumnFacts): boolean {
  const { index, whole, doomed, needed } = one
  return (
    column.typeName === 'bool' &&
    index.keys.length === 1 &&
    // What it brings along may be what it is for.
    index.included.length === 0 &&
    index.predicate === null &&
    !doomed &&
    !needed &&
    (whole.rows ?? 0) >= leastRows &&
    hasFreshStatistics(whole, [column])
  )
}

function finding(
  one: SurveyedIndex,
  column: ColumnFacts,
  facts: Pick<Facts, 'tables' | 'indexes'>,
): Finding {
  const { index, whole, bytes, usage } = one
  const common = column.commonShare ?? 0
  const rare = Math.max(0, 1 - common - (column.nullShare ?? 0))
  const value = column.commonBoolean
  const isRare = value !== null && rare <= rareShare
  const where = `${value === true ? 'not ' : ''}${quoteIdentifier(column.name)}`
  const label = value === true ? 'false' : 'true'
  const share = `${quoteIdentifier(column.name)} is ${value ?? 'alike'} in ${formatShare(common)} of ${plural(whole.rows ?? 0, 'row')}`
  const sql = rebuildSql(index, whole.table, { label, where }, facts)
  return indexFinding({ name, title }, index, {
    level: bytes >= dearBytes ? 'WARN' : 'INFO',
    summary: `${formatBytes(bytes)} to tell two values apart`,
    detail: isRare
      ? `${share}: ${quoteName(index.schema, index.name)} helps to find the others alone, and an index of only those does so in a fraction of ${formatBytes(bytes)}.`
      : `${share}: neither value is rare, so reading by ${quoteName(index.schema, index.name)} is hardly ever quicker than reading the table.`,
    remediation: isRare && sql !== null ? sql : dropIndexSql(index),
    evidence: {
      bytes,
      rows: whole.rows,
      common_share: common,
      null_share: column.nullShare,
      scans: usage?.scans ?? null,
    },
    metadata: { column: column.name },
  })
}
