import type { ServerState } from '../../facts/index.ts'
import type { Finding, FindingLevel } from '../../finding.ts'
import { formatBytes, formatCount, formatTime } from '../../quantity.ts'
import { quoteName } from '../../quote.ts'
import { type CheckContext, defineRule, type Rule } from '../rule.ts'
import { indexFinding } from './index-finding.ts'
import { indexNotNeeded, vainLevel } from './not-needed.ts'
import { dropIndexSql } from './remedies.ts'
import { type SurveyedIndex, surveyIndexes } from './survey.ts'
import { indexWrites } from './whole.ts'

const name = 'unused_index'
const title = 'Unused index'

/** Smaller ones cost next to nothing, bytes. */
const leastBytes = 1024 ** 2
/** Counters younger than this may not have seen the weekly job, days. */
const leastDays = 7
/** Unused for so long counts as unused, whatever was before (from PostgreSQL 16 on), days. */
const idleDays = 35

/** Indexes that no query reads. See docs/findings/unused_index.md. */
export const unusedIndex: Rule = defineRule({
  name,
  title,
  description: 'Finds indexes that no query has read, and that nothing else needs.',
  examines: 'indexes',
  needs: ['server', 'indexes', 'indexUsage', 'columns', 'constraints', 'tables', 'tableUsage'],
  counters: true,
  trouble: indexNotNeeded,
  judge(facts, context) {
    const all = surveyIndexes(facts)
    const days = countedDays(facts.server, context)
    const idle = all.filter((one) => mayGo(one) && (idleFor(one, days, context) ?? 0) >= leastDays)
    return {
      examined: all.length,
      findings: idle.map((one) => finding(one, facts.server, context)),
    }
  },
})

function mayGo({ needed, bytes, usage, index }: SurveyedIndex): boolean {
  // An extension's own indexes come and go with it.
  return (
    !needed && bytes >= leastBytes && usage !== null && !usage.young && index.extension === null
  )
}

/** For how long the counters count. Without a reset they do at least since the server started. */
function countedDays(server: ServerState, { now, statisticsMinutes }: CheckContext): number {
  if (statisticsMinutes !== null) return statisticsMinutes / 1440
  return (Date.parse(now) - Date.parse(server.startedAt)) / 86_400_000
}

/** Days without a scan, as far back as is known; null if it is in use. */
function idleFor(
  { usage, redundantScans }: SurveyedIndex,
  days: number,
  { now }: CheckContext,
): number | null {
  // Whoever reads an index that is to be dropped for this one will read this one.
  if (usage === null || redundantScans > 0) return null
  if (usage.scans === 0) return days
  if (usage.lastScanAt === null) return null
  const idle = (Date.parse(now) - Date.parse(usage.lastScanAt)) / 86_400_000
  return idle >= idleDays ? idle : null
}

/** Null if this role may not see. */
function hasOtherNodes({ readReplica, replicas }: ServerState): boolean | null {
  if (readReplica) return true
  return replicas === null ? null : replicas > 0
}

function nodesWords(server: ServerState): string {
  const others = hasOtherNodes(server)
  if (others === false) return ''
  return others === null
    ? ' If there are replicas, which this role may not see, look at all of them before you drop it.'
    : ' Replicas count for themselves: look at all nodes before you drop it.'
}

function finding(one: SurveyedIndex, server: ServerState, context: CheckContext): Finding {
  const { index, bytes, whole, usage } = one
  const writes = indexWrites(whole)
  const elsewhere = hasOtherNodes(server)
  const level: FindingLevel = elsewhere
    ? 'INFO'
    : vainLevel(bytes, writes, context.statisticsMinutes)
  const since =
    (usage?.scans ?? 0) > 0
      ? `since ${formatTime(usage?.lastScanAt ?? '')}`
      : `in ${Math.floor(countedDays(server, context))} days`
  return indexFinding({ name, title }, index, {
    level,
    summary: `${formatBytes(bytes)}, not read ${since}`,
    detail: [
      `No query has read ${quoteName(index.schema, index.name)} ${since}, while ${formatCount(writes)} writes kept it up to date.`,
      nodesWords(server),
      index.keys.some(({ column }) => column === 0)
        ? ' It has an expression, whose statistics help the planner even where the index does not.'
        : '',
      ' Not verified by the planner.',
    ].join(''),
    remediation: dropIndexSql(index),
    evidence: {
      bytes,
      scans: usage?.scans ?? 0,
      last_scan_at: usage?.lastScanAt ?? null,
      table_index_writes: writes,
      all_nodes: elsewhere === null ? null : !elsewhere,
      verified_by: null,
    },
    metadata: { advisor: name },
  })
}
