import type { Finding } from '../../finding.ts'
import { cleanLine, cleanLines } from '../clean-text.ts'
import { fit, wrap } from '../display-width.ts'
import { evidenceWords } from '../report-words.ts'
import { levelLooks, levelMarks, type Paint } from './style.ts'

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
    ...wrapped(cleanLines(remediation), 24).map((line) =>
      line === '' ? '' : `  ${paint(line, 'cyan')}`,
    ),
  ]
}

function wrapLines(text: string, width: number, most: number): string[] {
  const lines = text.split('\n').flatMap((line) => wrap(line.trimEnd(), width))
  if (lines.length <= most) return lines
  return [...lines.slice(0, most), fit('… whole in --format markdown, html and json', width)]
}
