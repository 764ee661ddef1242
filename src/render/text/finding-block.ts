import type { Finding } from '../../finding.ts'
import { cleanLine, cleanLines } from '../clean-text.ts'
import { fit, widthOf, wrap } from '../display-width.ts'
import { evidenceWords } from '../report-words.ts'
import { splitRemedy } from '../split-remedy.ts'
import { wrapSql } from '../wrap-sql.ts'
import { levelLooks, levelMarks, type Paint } from './style.ts'

/** Lines of a remedy in words, and of one in SQL. */
const mostProse = 24
const mostSql = 40

/** A finding under a heading, with its sentence, its figures and what to do. */
export function findingBlock(
  finding: Finding,
  width: number,
  paint: Paint,
  heading: string = finding.title,
): string[] {
  const { level, remediation, detail } = finding
  const wrapped = (text: string, most: number): string[] => wrapLines(text, width - 2, most)
  return [
    `${paint(levelMarks[level], levelLooks[level], 'bold')} ${paint(fit(cleanLine(heading), width - 2), 'bold')}`,
    ...wrapped(cleanLine(detail), 8).map((line) => `  ${line}`),
    ...wrapped(evidenceWords(finding).join(' · '), 5).map((line) => `  ${paint(line, 'dim')}`),
    ...remedyLines(cleanLines(remediation), width - 2).map((line) =>
      line === '' ? '' : `  ${paint(line, 'cyan')}`,
    ),
  ]
}

/** SQL is there to be pasted: in whole, and never broken where that would make something else of it. */
function remedyLines(remediation: string, width: number): string[] {
  const parts = splitRemedy(remediation).map(({ text, isSql }) => {
    if (!isSql) return wrapLines(text, width, mostProse)
    const lines = wrapSql(text, width)
    const rows = lines.reduce((sum, line) => sum + Math.ceil(widthOf(line) / width), 0)
    if (rows <= mostSql) return lines
    return wrapSql(`-- ${rows} lines of SQL: whole in --format markdown and json`, width)
  })
  return parts.flatMap((part, i) => (i === 0 ? part : ['', ...part]))
}

function wrapLines(text: string, width: number, most: number): string[] {
  const lines = text.split('\n').flatMap((line) => wrap(line.trimEnd(), width))
  if (lines.length <= most) return lines
  return [...lines.slice(0, most), fit('… whole in --format markdown, html and json', width)]
}
