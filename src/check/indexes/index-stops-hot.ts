import type { Facts } from '../../facts/index.ts'
import type { Finding } from '../../finding.ts'
import { formatShare, plural } from '../../quantity.ts'
import { quoteIdentifier, quoteName } from '../../quote.ts'
import { defineRule, type Rule } from '../rule.ts'
import { indexFinding } from './index-finding.ts'
import { dropIndexSql } from './remedies.ts'
import { type SurveyedIndex, surveyIndexes } from './survey.ts'

const name = 'index_stops_hot'
const title = 'Index on a hot-updated column'

/** Fewer updates tell nothing. */
const leastUpdates = 10_000
/** From this share of updates within the page on all is well. */
const goodHotShare = 0.5
/** From so many updates a day that follow every index on it is a WARN. */
const dearUpdatesADay = 1_000_000
/** Share of the updates by statements that must set the column. */
const leastSetShare = 0.1

/** Indexes of columns that updates keep changing. See docs/findings/index_stops_hot.md. */
export const indexStopsHot: Rule = defineRule({
  name,
  title,
  description:
    'Finds indexes on columns that are updated so often that every update has to follow all indexes.',
  examines: 'tables with many updates',
  needs: [
    'indexes',
    'indexUsage',
    'columns',
    'constraints',
    'tables',
    'tableUsage',
    'updatedColumns',
  ],
  counters: true,
  judge(facts, { statisticsMinutes }) {
    const busy = new Set<number>()
    const findings = surveyIndexes(facts).flatMap((one) => {
      const { updated = 0 } = one.whole.usage ?? {}
      if (updated >= leastUpdates) busy.add(one.whole.table.oid)
      const cause = causeOf(one, facts.updatedColumns)
      return cause === null || one.doomed ? [] : finding(one, cause, statisticsMinutes)
    })
    return { examined: busy.size, findings }
  },
})

interface Cause {
  column: string
  /** Updates by the statements that set it. */
  updates: number
}

/** The indexed column that most updates set, if the table's updates mostly leave their page. */
function causeOf(one: SurveyedIndex, updatedColumns: Facts['updatedColumns']): Cause | null {
  const { index, whole, columns, needed } = one
  const { updated = 0, hotUpdated = 0 } = whole.usage ?? {}
  if (needed || updated < leastUpdates || hotUpdated / updated >= goodHotShare) return null
  // A BRIN index does not keep an update within its page from PostgreSQL 16 on.
  if (index.method === 'brin') return null
  const oids = new Set([whole.table.oid, ...whole.leaves.map(({ oid }) => oid)])
  const written = updatedColumns.filter(({ tableOid }) => oids.has(tableOid))
  const total = Math.max(0, ...written.map(({ statementUpdates }) => statementUpdates))
  const causes = columns.flatMap((column): Cause | [] => {
    const updates = written
      .filter((each) => each.column === column?.name)
      .reduce((sum, each) => sum + each.updates, 0)
    return column !== undefined && updates > 0 && updates >= leastSetShare * total
      ? { column: column.name, updates }
      : []
  })
  return causes.toSorted((a, b) => b.updates - a.updates)[0] ?? null
}

function finding(one: SurveyedIndex, cause: Cause, minutes: number | null): Finding {
  const { index, whole, usage, bytes } = one
  const { updated = 0, hotUpdated = 0 } = whole.usage ?? {}
  const what = quoteName(index.schema, index.name)
  const column = quoteIdentifier(cause.column)
  const days = Math.max(1, (minutes ?? 0) / 1440)
  return indexFinding({ name, title }, index, {
    level: (updated - hotUpdated) / days >= dearUpdatesADay ? 'WARN' : 'INFO',
    summary: `${formatShare(1 - hotUpdated / updated)} of ${plural(updated, 'update')} follow every index`,
    detail: `Updates set ${column}, which ${what} is on (${plural(usage?.scans ?? 0, 'scan')}): of ${plural(updated, 'update')} of ${quoteName(whole.table.schema, whole.table.name)} only ${formatShare(hotUpdated / updated)} stayed within their page (HOT), the others had to write to each of its indexes.`,
    remediation: `-- If its scans can do without, or ${column} can move to a narrow table of its own:\n${dropIndexSql(index)}`,
    evidence: {
      bytes,
      updates: updated,
      hot_share: hotUpdated / updated,
      scans: usage?.scans ?? null,
      updates_that_set_it: cause.updates,
      verified_by: null,
    },
    metadata: { column: cause.column },
  })
}
