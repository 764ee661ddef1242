import type { CheckReport } from '../../check-report.ts'
import type { Finding } from '../../finding.ts'
import { formatCount, plural } from '../../quantity.ts'
import { cleanLine } from '../clean-text.ts'
import { fit, wrap } from '../display-width.ts'
import { findingSubject } from '../report-words.ts'
import { type Column, layOut } from '../text/columns.ts'
import { findingBlock } from '../text/finding-block.ts'
import { columnsOf, type TextOptions } from '../text/render-text.ts'
import { levelLooks, levelMarks, type Paint, painter } from '../text/style.ts'
import {
  countsSentence,
  examinedSentence,
  openFindings,
  skippedGroups,
  statisticsSentence,
  subjectName,
} from './check-words.ts'

import { type Few, fewOfEach } from './few-of-each.ts'

/** Findings that get a line, and of one rule; the others are counted. */
const mostLines = 40
const linesOfEach = 6
/** Findings that get their details, and of one rule. */
const mostDetails = 12
const detailsOfEach = 3
/** Rules whose further findings are counted by name. */
const mostCounts = 5

/** Renders a check for a terminal: every finding on a line, then details, then what was not seen. */
export function renderCheckText(report: CheckReport, options: TextOptions = {}): string {
  const width = columnsOf(options)
  const paint = painter(options.color ?? false)
  const open = openFindings(report)
  const blocks = [
    header(report, width, paint),
    open.length === 0 ? [paint('Nothing needs attention.', 'green')] : lines(open, width, paint),
    details(open, width, paint),
    skipped(report, width, paint),
  ]
  const text = blocks.filter((block) => block.length > 0).map((block) => block.join('\n'))
  return `${text.join('\n\n')}\n`
}

function header(report: CheckReport, width: number, paint: Paint): string[] {
  const { name, server_version } = report.database
  const parts = [
    cleanLine(name, 64),
    `Postgres ${cleanLine(server_version, 16)}`,
    statisticsSentence(report),
  ]
  const what = fit(parts.filter(Boolean).join(' · '), width - 11)
  const counts = wrap(`${examinedSentence(report)}: ${countsSentence(report)}`, width)
  return [
    `${paint('supascope', 'bold', 'cyan')}  ${paint(what, 'bold')}`,
    ...counts.map((line) => paint(line, 'dim')),
  ]
}

function lines(open: readonly Finding[], width: number, paint: Paint): string[] {
  const ofEach = open.length <= mostLines ? mostLines : linesOfEach
  const { shown, hidden } = fewOfEach(open, ofEach, mostLines)
  const laidOut = layOut(columnsFor(width), shown, width, (cell, { header }, finding) =>
    finding === null || header !== 'rule' ? cell : paint(cell, levelLooks[finding.level], 'bold'),
  )
  return [
    paint('What needs attention', 'bold'),
    ...laidOut.lines,
    ...moreLines(hidden, width).map((line) => paint(line, 'dim')),
  ]
}

/** `and 145 more of rls_disabled_in_public, 12 of other rules` */
function moreLines(hidden: Few['hidden'], width: number): string[] {
  if (hidden.length === 0) return []
  const named = hidden.slice(0, mostCounts)
  const others = hidden.slice(mostCounts).reduce((sum, [, count]) => sum + count, 0)
  const parts = named.map(([rule, count]) => `${formatCount(count)} of ${cleanLine(rule)}`)
  if (others > 0) parts.push(`${formatCount(others)} of other rules`)
  return wrap(`and more: ${parts.join(', ')}`, width - 3).map((line) => `   ${line}`)
}

function columnsFor(width: number): Column<Finding>[] {
  return [
    { header: '', cell: ({ level }) => levelMarks[level], dropOrder: 0 },
    { header: 'rule', cell: ({ name }) => cleanLine(name), dropOrder: 1, most: 28 },
    { header: 'subject', cell: (finding) => subjectName(finding), dropOrder: 0, flexible: 34 },
    {
      header: 'figures',
      cell: (finding) => findingSubject(finding).summary,
      dropOrder: 2,
      // What is left beside the widest rule and a narrow subject: cut figures are better than none.
      most: Math.min(46, Math.max(26, width - 69)),
    },
  ]
}

function details(open: readonly Finding[], width: number, paint: Paint): string[] {
  const { shown } = fewOfEach(open, detailsOfEach, mostDetails)
  const blocks = shown.map((finding) =>
    findingBlock(finding, width, paint, `${finding.title}: ${subjectName(finding)}`),
  )
  const hidden = open.length - shown.length
  if (hidden > 0) {
    const more = `${hidden} more in --format markdown or json; --only RULE shows one rule's`
    blocks.push([paint(fit(more, width), 'dim')])
  }
  return blocks.flatMap((block, i) => (i === 0 ? block : ['', ...block]))
}

function skipped(report: CheckReport, width: number, paint: Paint): string[] {
  const groups = skippedGroups(report.skipped)
  if (groups.length === 0) return []
  const sentences = groups.flatMap(({ why, remedy, rules }) => {
    const end = remedy === '' ? '' : ` → ${cleanLine(remedy)}`
    const text = `${plural(rules.length, 'rule')}: ${cleanLine(why)}${end} (${rules.join(', ')})`
    return wrap(text, width - 2).map((line, i) => (i === 0 ? `- ${line}` : `  ${line}`))
  })
  return [paint('Not examined', 'bold'), ...sentences.map((line) => paint(fit(line, width), 'dim'))]
}
