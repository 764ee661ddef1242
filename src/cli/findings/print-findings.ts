import { styleText } from 'node:util'
import { gainOf, type StoredFinding } from '../../analyze/findings/index.ts'
import type { FindingLevel } from '../../finding.ts'
import { formatBytes, formatCount, formatMs, formatShare, formatTime } from '../../quantity.ts'
import { cleanLine } from '../../render/clean-text.ts'
import { code, prose } from '../../render/markdown/escape.ts'

/** `{schema, findings: [Finding and what is remembered of it]}` */
export function findingsJson(list: readonly StoredFinding[]): string {
  const findings = list.map((stored) => ({
    ...stored.finding,
    state_since: stored.stateSince,
    reason: stored.reason,
    ignored_until: stored.ignoredUntil,
    changed_by: stored.changedBy,
    first_seen_at: stored.firstSeenAt,
    found_at: stored.foundAt,
    last_seen_at: stored.lastSeenAt,
    times_found: stored.timesFound,
    found_evidence: stored.foundEvidence,
    resolved_evidence: stored.resolvedEvidence,
    gain: gainOf(stored),
  }))
  return `${JSON.stringify({ schema: 1, findings }, null, 2)}\n`
}

const styles = { ERROR: 'red', WARN: 'yellow', INFO: 'cyan' } as const
const indent = '       '

/** One paragraph a finding: what and how bad, its key, how it stands. */
export function findingsText(
  list: readonly StoredFinding[],
  options: { width: number; color: boolean },
): string {
  if (list.length === 0) return 'no findings of this kind\n'
  const paint = (level: FindingLevel): string => {
    const text = level.padEnd(5)
    return options.color ? styleText(styles[level], text, { validateStream: false }) : text
  }
  const paragraphs = list.map((stored) => {
    const { finding } = stored
    const head = cut(headline(stored), options.width - indent.length - 1)
    // A key is there to be copied: it stays on one line, however wide.
    return [
      ` ${paint(finding.level)} ${head}`,
      `${indent}${cleanLine(finding.cacheKey)}`,
      ...standing(stored).map((line) => indent + cut(line, options.width - indent.length)),
    ].join('\n')
  })
  return `${paragraphs.join('\n\n')}\n`
}

function cut(line: string, width: number): string {
  return line.length <= width ? line : `${line.slice(0, Math.max(1, width - 1))}…`
}

function headline({ finding }: StoredFinding): string {
  const { name, summary } = finding.metadata
  const about = [name, summary].filter((part) => part !== null && part !== undefined)
  return cleanLine(`${finding.title}: ${about.join(', ')}`)
}

/** How it stands, in sentences without end marks. */
function standing(stored: StoredFinding): string[] {
  const { state, stateSince, changedBy, reason, ignoredUntil, foundAt, timesFound } = stored
  const by = changedBy === null ? '' : ` by ${cleanLine(changedBy, 100)}`
  const why = reason === null ? '' : `: ${cleanLine(reason, 400)}`
  const end = ignoredUntil === null ? '' : ` until ${formatTime(ignoredUntil)}`
  const again = timesFound > 1 ? `, for the ${ordinal(timesFound)} time` : ''
  const found = `found ${formatTime(foundAt)}${again}`
  if (state === 'open') return [`open, ${found}`]
  const change = `${state} since ${formatTime(stateSince)}${end}${by}${why}`
  return state === 'resolved' ? [change, found, ...gainLine(stored)] : [change, found]
}

function ordinal(n: number): string {
  const suffix =
    n % 100 > 3 && n % 100 < 21 ? 'th' : ({ 1: 'st', 2: 'nd', 3: 'rd' }[n % 10] ?? 'th')
  return `${n}${suffix}`
}

function gainLine(stored: StoredFinding): string[] {
  const gain = gainOf(stored)
  if (gain === null) return []
  const { figure, before, after, ratio } = gain
  const name = figure.replace(/_ms$/, '').replaceAll('_', ' ')
  const change = `${name} ${quantity(figure, before)} → ${quantity(figure, after)}`
  if (ratio === null) return [change]
  if (ratio > 0.95) return [`${change}: no better, it has become the usual`]
  return [`${change}: ${formatShare(1 - ratio)} less`]
}

function quantity(figure: string, value: number): string {
  if (figure.endsWith('_ms')) return formatMs(value)
  if (figure.includes('bytes')) return formatBytes(value)
  return figure.endsWith('share') ? formatShare(value) : formatCount(value)
}

/** A table; the key in a code span, so that nothing in it is markup. */
export function findingsMarkdown(list: readonly StoredFinding[]): string {
  if (list.length === 0) return 'No findings of this kind.\n'
  const rows = list.map((stored) => {
    const { finding } = stored
    const cells = [
      finding.level,
      prose(headline(stored)),
      standing(stored).map(prose).join('; '),
      code(finding.cacheKey),
    ]
    return `| ${cells.join(' | ')} |`
  })
  return `${['| level | finding | state | key |', '|---|---|---|---|', ...rows].join('\n')}\n`
}
