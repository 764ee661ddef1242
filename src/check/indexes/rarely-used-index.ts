import type { Finding } from '../../finding.ts'
import { formatBytes, formatCount, formatShare, plural } from '../../quantity.ts'
import { quoteName } from '../../quote.ts'
import { defineRule, type Rule } from '../rule.ts'
import { indexFinding } from './index-finding.ts'
import { dearBytes, indexNotNeeded } from './not-needed.ts'
import { dropIndexSql } from './remedies.ts'
import { type SurveyedIndex, surveyIndexes } from './survey.ts'
import { indexWrites } from './whole.ts'

const name = 'rarely_used_index'
const title = 'Rarely used index'

/** Smaller ones cost next to nothing, bytes. */
const leastBytes = 1024 ** 2
/** Fewer writes tell nothing. */
const leastWrites = 10_000
/** Scans for each write from which on an index earns its keep. */
const scansPerWrite = 0.01
/** Share of the table's scans from which on it is one of those that count. */
const share = 0.1
/** The same of a large one, which is judged without regard to the writes. */
const largeShare = 0.001

/** Indexes that are written far more than read. See docs/findings/rarely_used_index.md. */
export const rarelyUsedIndex: Rule = defineRule({
  name,
  title,
  description: 'Finds indexes that are written far more often than read.',
  examines: 'indexes',
  needs: ['indexes', 'indexUsage', 'columns', 'constraints', 'tables', 'tableUsage'],
  counters: true,
  trouble: indexNotNeeded,
  judge(facts) {
    const all = surveyIndexes(facts)
    return { examined: all.length, findings: all.filter(isRare).map(finding) }
  },
})

function isRare(one: SurveyedIndex): boolean {
  const { needed, bytes, usage, redundantScans } = one
  if (needed || usage === null || usage.young || bytes < leastBytes) return false
  const scans = usage.scans + redundantScans
  // None at all is another rule's trouble.
  if (scans === 0) return false
  const writes = indexWrites(one.whole)
  const part = scans / Math.max(scans, tableScans(one))
  const costly = writes >= leastWrites && scans / writes <= scansPerWrite && part < share
  return costly || (bytes >= dearBytes && part < largeShare)
}

function tableScans({ whole }: SurveyedIndex): number {
  return (whole.usage?.seqScans ?? 0) + (whole.usage?.indexScans ?? 0)
}

function finding(one: SurveyedIndex): Finding {
  const { index, bytes, usage, whole } = one
  const scans = usage?.scans ?? 0
  const writes = indexWrites(whole)
  const of = scans / Math.max(scans, tableScans(one))
  return indexFinding({ name, title }, index, {
    level: 'INFO',
    summary: `${formatBytes(bytes)}, ${plural(scans, 'scan')} for ${plural(writes, 'write')}`,
    detail: `${quoteName(index.schema, index.name)} was read ${plural(scans, 'time')} (${formatShare(of)} of the scans of its table), and ${formatCount(writes)} writes kept it up to date. Not verified by the planner.`,
    remediation: `-- If what reads it (a monthly report?) can do without:\n${dropIndexSql(index)}`,
    evidence: {
      bytes,
      scans,
      table_index_writes: writes,
      share_of_scans: of,
      verified_by: null,
    },
  })
}
