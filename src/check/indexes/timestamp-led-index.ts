import type { ColumnFacts, Facts, IndexFacts } from '../../facts/index.ts'
import type { Finding } from '../../finding.ts'
import { plural } from '../../quantity.ts'
import { quoteIdentifier, quoteName } from '../../quote.ts'
import { defineRule, type Rule } from '../rule.ts'
import { indexFinding } from './index-finding.ts'
import { keySql, optionSql } from './key-sql.ts'
import { createIndexSql, dropIndexSql } from './remedies.ts'
import { hasFreshStatistics } from './statistics-gate.ts'
import { type SurveyedIndex, surveyIndexes } from './survey.ts'

const name = 'timestamp_led_index'
const title = 'Index led by a timestamp'

/** Smaller tables answer quickly either way. */
const leastRows = 100_000
/** Fewer moments than this are looked up one by one, like any other value. */
const leastMoments = 1000
/** The next column must narrow the rows down at least so far. */
const leastValues = 10

/** Indexes in which a timestamp stands before what is asked for by value. */
export const timestampLedIndex: Rule = defineRule({
  name,
  title,
  description: 'Finds indexes of several columns that begin with a timestamp.',
  examines: 'indexes of several columns',
  needs: ['indexes', 'columns', 'constraints', 'tables'],
  uses: ['indexUsage', 'tableUsage'],
  judge(facts) {
    const all = surveyIndexes(facts).filter(({ index }) => index.keys.length > 1)
    const keys = Map.groupBy(facts.indexes, ({ tableOid }) => tableOid)
    const findings = all
      .filter((one) => isLed(one, keys.get(one.index.tableOid) ?? []))
      .flatMap((one) => finding(one, facts))
    return { examined: all.length, findings }
  },
})

function isLed(one: SurveyedIndex, siblings: readonly IndexFacts[]): boolean {
  const { index, whole, columns, doomed, needed, usage } = one
  const [moment, next] = columns
  if (moment === undefined || next === undefined || index.method !== 'btree') return false
  // What nobody reads is to be dropped, not to be turned round.
  if (doomed || needed || usage?.scans === 0 || (whole.rows ?? 0) < leastRows) return false
  return (
    isMoment(moment) &&
    !isMoment(next) &&
    hasFreshStatistics(whole, [moment, next]) &&
    distinctValues(moment, whole.rows ?? 0) >= leastMoments &&
    distinctValues(next, whole.rows ?? 0) >= leastValues &&
    // That serves already; or, in `(created_at, id)`, the key only tells rows of one moment apart.
    !siblings.some(({ keys, valid }) => valid && keys[0]?.column === next.number)
  )
}

function isMoment({ typeName }: ColumnFacts): boolean {
  return typeName === 'timestamptz' || typeName === 'timestamp'
}

function distinctValues(column: ColumnFacts | undefined, rows: number): number {
  const distinct = column?.distinct ?? 0
  return distinct < 0 ? -distinct * rows : distinct
}

function finding(one: SurveyedIndex, facts: Pick<Facts, 'tables' | 'indexes'>): Finding | [] {
  const { index, whole, columns, bytes, usage } = one
  const sqlKeys = keySql(index)
  if (sqlKeys === null) return []
  const last = columns.map((column) => column !== undefined && isMoment(column))
  const keys = [...sqlKeys.filter((_, i) => !last[i]), ...sqlKeys.filter((_, i) => last[i])]
  const [moment, next] = columns.map((column) => quoteIdentifier(column?.name ?? ''))
  const options = optionSql(index)
  const create = createIndexSql(
    {
      table: whole.table,
      keys,
      label: columns
        .filter((_, i) => !last[i])
        .flatMap((column) => column?.name ?? [])
        .join('_'),
      ...(options === undefined ? {} : { options }),
      ...(index.predicate === null ? {} : { where: index.predicate }),
    },
    facts,
  )
  return indexFinding({ name, title }, index, {
    level: 'INFO',
    summary: `${moment} stands before ${next}`,
    detail: `${quoteName(index.schema, index.name)} begins with ${moment}: a query for one ${next} and a span of time has to read all entries of that span, of ${plural(whole.rows ?? 0, 'row')} in all. With ${next} first it reads its own alone.`,
    remediation: `${create}\n-- Once nothing reads the old one any more:\n${dropIndexSql(index)}`,
    evidence: {
      bytes,
      rows: whole.rows,
      scans: usage?.scans ?? null,
      next_column_values: Math.round(distinctValues(columns[1], whole.rows ?? 0)),
    },
    metadata: { columns: columns.map((column) => column?.name ?? '').join(', ') },
  })
}
