import type { Report } from '../../report.ts'
import { cleanLine } from '../clean-text.ts'
import { fit, wrap } from '../display-width.ts'
import {
  completenessSentence,
  lifetimeNotice,
  marksSentence,
  totalsSentence,
  windowSentence,
} from '../report-words.ts'
import { findingDetails, findingLines } from './findings.ts'
import { statementTable } from './statement-table.ts'
import { type Paint, painter } from './style.ts'

/** Narrower than this a terminal gets lines of this width. */
const narrowest = 40
const widest = 300

export interface TextOptions {
  /** Columns of the terminal. @defaultValue 100 */
  width?: number
  /** Whether ANSI colours are used. @defaultValue false */
  color?: boolean
}

/**
 * Renders a report for a terminal. The first screen holds the window, every finding on a line of
 * its own, and the ranking; details and what was not seen follow.
 */
export function renderText(report: Report, options: TextOptions = {}): string {
  const columns = columnsOf(options)
  const paint = painter(options.color ?? false)
  const blocks = [
    [...header(report, columns, paint), ...notices(report, columns, paint)],
    findingLines(report, columns, paint),
    statementTable(report, columns, paint),
    findingDetails(report, columns, paint),
    notSeen(report, columns, paint),
  ]
  const text = blocks.filter((block) => block.length > 0).map((block) => block.join('\n'))
  return `${text.join('\n\n')}\n`
}

/** The width that text is laid out for. */
export function columnsOf({ width = 100 }: TextOptions): number {
  return Math.min(widest, Math.max(narrowest, Math.floor(width) || 0))
}

function header(report: Report, width: number, paint: Paint): string[] {
  const { database, window, completeness } = report
  const name = cleanLine(database.name, 64)
  const version = cleanLine(database.server_version, 16)
  const what = fit(`${name} · ${windowSentence(window)} · Postgres ${version}`, width - 11)
  const state = completenessSentence(report)
  const totals = totalsSentence(report)
  const lines = wrap(`${totals}; ${state}`, width)
  const split = lines.length === 1 ? [lines[0] ?? ''] : lines
  return [
    `${paint('supascope', 'bold', 'cyan')}  ${paint(what, 'bold')}`,
    ...split.map((line) => (completeness.complete ? paint(line, 'dim') : paint(line, 'yellow'))),
    ...wrap(marksSentence(report) ?? '', width)
      .filter((line) => line !== '')
      .map((line) => paint(line, 'dim')),
  ]
}

function notices(report: Report, width: number, paint: Paint): string[] {
  const notice = lifetimeNotice(report)
  return notice === null ? [] : wrap(notice, width).map((line) => paint(line, 'yellow'))
}

function notSeen(report: Report, width: number, paint: Paint): string[] {
  const reasons = report.completeness.reasons.map((reason) => `Incomplete: ${cleanLine(reason)}.`)
  const lines = [
    ...reasons.flatMap((reason) => bullet(reason, width)),
    ...report.not_seen.flatMap(({ why, remedy }) => [
      ...bullet(cleanLine(why), width),
      ...wrap(cleanLine(remedy), width - 4)
        .filter((line) => line !== '')
        .map((line) => `    ${paint(line, 'dim')}`),
    ]),
  ]
  return lines.length === 0 ? [] : [paint('What this report does not see', 'bold'), ...lines]
}

function bullet(text: string, width: number): string[] {
  return wrap(text, width - 4).map((line, i) => (i === 0 ? `  - ${line}` : `    ${line}`))
}
