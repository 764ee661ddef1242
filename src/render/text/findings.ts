import type { Finding } from '../../finding.ts'
import type { Report } from '../../report.ts'
import { cleanLines } from '../clean-text.ts'
import { wrap } from '../display-width.ts'
import { evidenceWords, findingSubject, labelFor } from '../report-words.ts'
import { type Column, layOut } from './columns.ts'
import { levelLooks, levelMarks, type Paint } from './style.ts'

/** Findings that get a line; the others are counted. */
const mostLines = 12
/** Findings that get their details, and lines that one may take. */
const mostDetails = 5
const mostDetailLines = 24

/** What the rules are called where room is scarce. */
const shortNames: Readonly<Record<string, string>> = {
  slow_statement: 'slow',
  new_statement: 'new',
  regressed_statement: 'slower',
  spilling_statement: 'spills',
  chatty_statement: 'N+1',
}

/** One line a finding: mark, trouble, statement, figures, role. */
export function findingLines(report: Report, width: number, paint: Paint): string[] {
  const { findings, statements } = report
  if (findings.length === 0) {
    return statements.length === 0 ? [] : [paint('Nothing needs attention.', 'green')]
  }
  const shown = findings.slice(0, mostLines)
  const { lines } = layOut(columnsFor(width), shown, width, (cell, { header }, finding) => {
    if (finding === null || header === 'statement') return cell
    if (header === 'role') return paint(cell, 'dim')
    const look = levelLooks[finding.level]
    return header === 'figures' ? cell : paint(cell, look, 'bold')
  })
  const hidden = findings.length - shown.length
  const more = hidden === 0 ? [] : [paint(`  and ${hidden} more, of less weight`, 'dim')]
  return [paint('What needs attention', 'bold'), ...lines, ...more]
}

function columnsFor(width: number): Column<Finding>[] {
  return [
    { header: '', cell: ({ level }) => levelMarks[level], dropOrder: 0 },
    { header: 'rule', cell: ({ name }) => shortNames[name] ?? name, dropOrder: 1, most: 10 },
    {
      header: 'statement',
      cell: (finding) => labelFor(findingSubject(finding).label, width),
      dropOrder: 0,
      flexible: 24,
    },
    { header: 'role', cell: (finding) => findingSubject(finding).role, dropOrder: 3, most: 16 },
    {
      header: 'figures',
      cell: (finding) => findingSubject(finding).summary,
      dropOrder: 2,
      most: 46,
    },
  ]
}

/** Each finding with its sentence, its figures and what to do. */
export function findingDetails(report: Report, width: number, paint: Paint): string[] {
  const shown = report.findings.slice(0, mostDetails)
  const blocks = shown.map((finding) => details(finding, width, paint))
  const hidden = report.findings.length - shown.length
  if (hidden > 0) {
    blocks.push([paint(`${hidden} more: --format markdown, html or json shows them all.`, 'dim')])
  }
  return blocks.flatMap((block, i) => (i === 0 ? block : ['', ...block]))
}

function details(finding: Finding, width: number, paint: Paint): string[] {
  const { level, title, remediation, detail } = finding
  const look = levelLooks[level]
  const indent = width - 2
  const remedy = cleanLines(remediation)
    .split('\n')
    .flatMap((line) => wrap(line.trimEnd(), indent))
  const cut = remedy.slice(0, mostDetailLines)
  if (cut.length < remedy.length) cut.push('… whole in --format markdown, html and json')
  return [
    `${paint(levelMarks[level], look, 'bold')} ${paint(title, 'bold')}`,
    ...wrap(cleanLines(detail).replaceAll('\n', ' '), indent).map((line) => `  ${line}`),
    ...wrap(evidenceWords(finding).join(' · '), indent).map((line) => `  ${paint(line, 'dim')}`),
    ...cut.map((line) => (line === '' ? '' : `  ${paint(line, 'cyan')}`)),
  ]
}
