import type { Finding } from '../finding.ts'
import {
  formatBytes,
  formatCount,
  formatMs,
  formatRatio,
  formatShare,
  formatTime,
  plural,
} from '../quantity.ts'
import type { Report, ReportStatement, ReportWindow } from '../report.ts'
import { cleanLine } from './clean-text.ts'

/** Sentences and short words that all renderers share, so that they say the same. */

/** `02:00–03:00 UTC, 23 Nov 2026`; with seconds if the window is short. */
function windowTimes({ from, to }: ReportWindow): string {
  if (from === null) return `until ${dateAndTime(to, false)}`
  const seconds = Math.abs(Date.parse(to) - Date.parse(from)) < 600_000
  if (from.slice(0, 10) !== to.slice(0, 10)) {
    return `${dateAndTime(from, seconds)} – ${dateAndTime(to, seconds)}`
  }
  return `${time(from, seconds)}–${time(to, seconds)} UTC, ${date(to)}`
}

function dateAndTime(iso: string, seconds: boolean): string {
  return `${date(iso)} ${time(iso, seconds)} UTC`
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

function date(iso: string): string {
  const parsed = new Date(iso)
  if (Number.isNaN(parsed.getTime())) return 'unknown date'
  return `${parsed.getUTCDate()} ${months[parsed.getUTCMonth()]} ${parsed.getUTCFullYear()}`
}

/** `02:31` or `02:31:05`. */
export function time(iso: string, seconds = false): string {
  const parsed = new Date(iso)
  if (Number.isNaN(parsed.getTime())) return 'unknown time'
  return parsed.toISOString().slice(11, seconds ? 19 : 16)
}

/** `1 h`; empty if the begin is not known. */
function windowLength({ from, to }: ReportWindow): string {
  const ms = from === null ? Number.NaN : Date.parse(to) - Date.parse(from)
  return Number.isFinite(ms) ? formatMs(Math.max(0, ms)) : ''
}

/** What the figures are of: `02:00–03:00 UTC, 23 Nov 2026 (1 h, 61 snapshots)`. */
export function windowSentence(window: ReportWindow): string {
  const length = windowLength(window)
  if (window.source === 'snapshots') {
    const count = plural(window.snapshots, 'snapshot')
    return `${windowTimes(window)} (${length === '' ? '' : `${length}, `}${count})`
  }
  if (window.from === null) return 'all time since a reset that the server does not know'
  return `since the last reset at ${dateAndTime(window.from, false)} (${length})`
}

/** What to do about a report from lifetime counters; null if it is from snapshots. */
export function lifetimeNotice({ window }: Report): string | null {
  if (window.source !== 'lifetime') return null
  return 'No snapshots yet: these are averages since the reset, without trends. Run `supascope snapshot` regularly, or `supascope serve`, to see windows and what changed.'
}

const mostMarks = 5

/** `Marked: deploy v42 (2026-11-23 02:31 UTC)`, the latest ones; null if there are none. */
export function marksSentence({ marks = [] }: Report): string | null {
  if (marks.length === 0) return null
  const told = marks
    .slice(-mostMarks)
    .map(({ at, name }) => `${cleanLine(name, 80)} (${formatTime(at)})`)
  const earlier = marks.length - told.length
  return `Marked: ${told.join(', ')}${earlier > 0 ? `, and ${earlier} before` : ''}`
}

/** `complete`, or `incomplete: …` with the first reason. */
export function completenessSentence({ completeness, window }: Report): string {
  const { complete, intervals, incomplete_intervals: incomplete, reasons } = completeness
  if (complete) return window.source === 'lifetime' ? 'nothing evicted' : 'every call counted'
  const where = incomplete > 0 ? `${incomplete} of ${plural(intervals, 'interval')} incomplete` : ''
  return [where || 'incomplete', cleanLine(reasons[0] ?? '')].filter(Boolean).join(': ')
}

/** `13 statements, 216 k calls, 34 min of database time (57 % of one core)`. */
export function totalsSentence({ totals, window }: Report): string {
  const statements = plural(totals.statements, 'statement')
  const load = loadOf(totals.total_ms, window)
  return `${statements}, ${plural(totals.calls, 'call')}, ${formatMs(totals.total_ms)} of database time${load}`
}

function loadOf(totalMs: number, { from, to }: ReportWindow): string {
  const ms = from === null ? Number.NaN : Date.parse(to) - Date.parse(from)
  const load = totalMs / ms
  if (!Number.isFinite(load) || ms <= 0) return ''
  return load < 1.5 ? ` (${formatShare(load)} of one core)` : ` (${formatCount(load)} cores)`
}

/** The finding on a statement, if there is one. */
export function findingOf(statement: ReportStatement, report: Report): Finding | undefined {
  return report.findings.find(
    ({ metadata: about }) =>
      about.queryid === statement.queryid &&
      about.role === statement.role &&
      about.toplevel === statement.toplevel,
  )
}

/** Below this many calls on either side a trend is chance. */
const leastCalls = 10

/** Of the mean against the window before: `×13.2`, `=` if about the same, empty if not known. */
export function trendWord({ trend, calls, flags }: ReportStatement): string {
  if (flags.includes('new')) return 'new'
  if (trend === null || calls < leastCalls || calls < leastCalls * trend.calls) return ''
  return trend.mean > 0.87 && trend.mean < 1.15 ? '=' : formatRatio(trend.mean)
}

/** True if the mean grew so much that it should catch the eye. */
export function isWorse({ trend }: ReportStatement): boolean {
  return trend !== null && trend.mean >= 2
}

/** What a finding is about: its label, its role, and its figures in short. */
export function findingSubject({ metadata, title }: Finding): {
  label: string
  role: string
  summary: string
} {
  return {
    label: cleanLine(String(metadata.name ?? title), 400),
    role: cleanLine(String(metadata.role ?? ''), 100),
    summary: cleanLine(String(metadata.summary ?? ''), 400),
  }
}

/** A label; where room is scarce without the part that all paths of the API share. */
export function labelFor(label: string, width: number): string {
  return width < 130 ? label.replace(/^([A-Z]+) \/rest\/v1\//, '$1 /') : label
}

/** Figures of the evidence as `calls 12.4 k · mean 64 ms`. */
export function evidenceWords({ evidence }: Finding): string[] {
  return Object.entries(evidence)
    .filter(([name, value]) => value !== null && value !== '' && !name.startsWith('threshold_'))
    .map(([name, value]) => evidenceWord(name, value ?? ''))
}

function evidenceWord(name: string, value: string | number | boolean): string {
  const plain = cleanLine(name.replace(/_(ms|bytes)$/, '').replaceAll('_', ' '), 60)
  if (name.endsWith('_at')) return `${plain} ${formatTime(String(value))}`
  if (typeof value !== 'number') return `${plain} ${cleanLine(String(value), 80)}`
  if (name.endsWith('_ms')) return `${plain} ${formatMs(value)}`
  if (name.endsWith('share')) return `${plain} ${formatShare(value)}`
  if (name.includes('bytes')) return `${plain} ${formatBytes(value)}`
  return `${plain} ${formatCount(value)}`
}
