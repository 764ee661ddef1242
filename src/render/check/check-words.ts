import type { CheckReport, Skipped } from '../../check-report.ts'
import { type Finding, type FindingLevel, findingLevels } from '../../finding.ts'
import { formatCount, formatTime, plural } from '../../quantity.ts'
import { cleanLine } from '../clean-text.ts'

/** Sentences that all renderers of a check share, so that they say the same. */

/** Findings that count: not ignored, and not said to be resolved. */
export function openFindings({ findings }: CheckReport): Finding[] {
  return findings.filter(({ state }) => state === 'open' || state === 'acknowledged')
}

const levelNouns: Readonly<Record<FindingLevel, string>> = {
  ERROR: 'error',
  WARN: 'warning',
  INFO: 'remark',
}

/** `2 errors, 1 warning, 12 remarks (3 ignored)`, or `nothing found`. */
export function countsSentence(report: CheckReport): string {
  const open = openFindings(report)
  const counts = findingLevels
    .map((level) => ({ level, count: open.filter((one) => one.level === level).length }))
    .filter(({ count }) => count > 0)
    .map(({ level, count }) => plural(count, levelNouns[level]))
  const ignored = report.findings.filter(({ state }) => state === 'ignored').length
  const aside = ignored === 0 ? '' : ` (${formatCount(ignored)} ignored)`
  return `${counts.length === 0 ? 'nothing found' : counts.join(', ')}${aside}`
}

/** `61 of 84 rules ran` */
export function examinedSentence({ examined, skipped }: CheckReport): string {
  const all = examined.length + skipped.length
  return `${examined.length} of ${plural(all, 'rule')} ran`
}

/** `counters since 2026-11-20 08:00 UTC`; empty if that is not known. */
export function statisticsSentence({ database }: CheckReport): string {
  const since = database.statistics_since
  return since === null ? '' : `counters since ${formatTime(since)}`
}

/** What an object is called in a list: `public.orders.orders_user_id_fkey`. */
export function subjectName({ metadata, title }: Finding): string {
  const { schema, table, name } = metadata
  const parts = [schema, table, name].filter((part) => typeof part === 'string' && part !== '')
  return cleanLine(parts.length === 0 ? title : parts.join('.'), 400)
}

/** Rules that were skipped for one reason. */
export interface SkippedGroup {
  why: string
  remedy: string
  rules: string[]
}

/** By reason, the one that silenced most rules first. */
export function skippedGroups(skipped: readonly Skipped[]): SkippedGroup[] {
  const groups = Map.groupBy(skipped, ({ why, remedy }) => JSON.stringify([why, remedy]))
  return [...groups.values()]
    .map((group) => ({
      why: group[0]?.why ?? '',
      remedy: group[0]?.remedy ?? '',
      rules: group.map(({ rule }) => rule),
    }))
    .toSorted((a, b) => b.rules.length - a.rules.length)
}
