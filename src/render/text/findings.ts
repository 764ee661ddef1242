import type { Finding } from '../../finding.ts'
import type { Report } from '../../report.ts'
import { fit } from '../display-width.ts'
import { findingSubject, labelFor } from '../report-words.ts'
import { type Column, layOut } from './columns.ts'
import { findingBlock } from './finding-block.ts'
import { levelLooks, levelMarks, type Paint } from './style.ts'

/** Findings that get a line; the others are counted. */
const mostLines = 12
/** Findings that get their details. */
const mostDetails = 5

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
  const more =
    hidden === 0 ? [] : [paint(fit(`   and ${hidden} more, of less weight`, width), 'dim')]
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
      flexible: width < 75 ? 16 : 28,
    },
    { header: 'role', cell: (finding) => findingSubject(finding).role, dropOrder: 3, most: 16 },
    {
      header: 'figures',
      cell: (finding) => figuresFor(finding, width),
      dropOrder: 2,
      most: 46,
    },
  ]
}

/** The figures; where room is scarce the first of them. */
function figuresFor(finding: Finding, width: number): string {
  const { summary } = findingSubject(finding)
  return width < 90 ? (summary.split(', ')[0] ?? summary) : summary
}

/** Each finding with its sentence, its figures and what to do. */
export function findingDetails(report: Report, width: number, paint: Paint): string[] {
  const shown = report.findings.slice(0, mostDetails)
  const blocks = shown.map((finding) => findingBlock(finding, width, paint))
  const hidden = report.findings.length - shown.length
  if (hidden > 0) {
    const more = `${hidden} more in --format markdown, html or json`
    blocks.push([paint(fit(more, width), 'dim')])
  }
  return blocks.flatMap((block, i) => (i === 0 ? block : ['', ...block]))
}
