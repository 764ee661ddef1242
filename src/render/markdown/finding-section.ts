import type { Finding } from '../../finding.ts'
import { cleanLines } from '../clean-text.ts'
import { evidenceWords, findingSubject } from '../report-words.ts'
import { splitRemedy } from '../split-remedy.ts'
import { code, codeBlock, prose } from './escape.ts'

/** A finding under its own heading: its sentence, its figures and what to do. */
export function findingSection(
  finding: Finding,
  label: string = findingSubject(finding).label,
): string[][] {
  const remedy = splitRemedy(cleanLines(finding.remediation)).flatMap((part) =>
    part.isSql ? [codeBlock(part.text, 'sql')] : [[prose(part.text)]],
  )
  return [
    [`### ${prose(finding.title)}: ${code(label)}`],
    [prose(finding.detail)],
    [prose(evidenceWords(finding).join(' · '))],
    ...remedy,
  ]
}
