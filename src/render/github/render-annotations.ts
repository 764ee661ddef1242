import { findingLevels } from '../../finding.ts'
import type { Notice } from '../../notice.ts'
import { cleanLine } from '../clean-text.ts'
import { cutEscaped } from '../cut-text.ts'
import { findingSubject } from '../report-words.ts'

/** GitHub shows so many of each type for a step, and drops the others without a word. */
const mostOfType = 10

const commands = { ERROR: 'error', WARN: 'warning', INFO: 'notice' } as const

/**
 * Renders what is new or worse, else what is open, as workflow commands of GitHub Actions, one a
 * line: they become annotations of the run. What exceeds GitHub's limit is counted in the last one
 * of its type.
 */
export function renderAnnotations(notice: Notice): string {
  const news = [...notice.appeared, ...notice.worse, ...notice.still]
  const lines = findingLevels.flatMap((level) => {
    const all = news.filter((finding) => finding.level === level)
    const shown = all.length > mostOfType ? all.slice(0, mostOfType - 1) : all
    const rest = all.length - shown.length
    const command = commands[level]
    return [
      ...shown.map((finding) => {
        const { label } = findingSubject(finding)
        const title = cutEscaped(`${cleanLine(finding.title, 120)}: ${label}`, 250, escapeProperty)
        const detail = cutEscaped(cleanLine(finding.detail, 2_000), 2_000, escapeData)
        return `::${command} title=${title}::${detail || 'see docs/findings'}`
      }),
      ...(rest > 0
        ? [`::${command} title=supascope::${rest} more of this level are in the result`]
        : []),
    ]
  })
  return lines.map((line) => `${line}\n`).join('')
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
