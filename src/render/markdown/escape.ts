import { cleanLine, cleanLines } from '../clean-text.ts'

/** Text as plain Markdown on one line: no markup, no links, no mentions, no cells of its own. */
export function prose(text: string): string {
  return (
    cleanLine(text)
      .replace(/[\\`*_[\]|~$]/g, '\\$&')
      .replace(/^[#+=-]/, '\\$&')
      .replace(/^(\d{1,9})(?=[.)])/, '$1\\')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      // An empty comment parts what would be made a mention, a reference or a link.
      .replace(/@|:(?=\/\/)|(?<=www)(?=\.)/gi, '$&<!-- -->')
  )
}

/** Text as a code span, also within a table. */
export function code(text: string): string {
  const line = cleanLine(text)
  if (line === '') return ''
  const fence = '`'.repeat(longestRun(line) + 1)
  const space = line.startsWith('`') || line.endsWith('`') ? ' ' : ''
  return `${fence}${space}${line.replaceAll('|', '\\|')}${space}${fence}`
}

/** Text as a fenced block. */
export function codeBlock(text: string, language: string): string[] {
  const lines = cleanLines(text)
  const fence = '`'.repeat(Math.max(3, longestRun(lines) + 1))
  return [`${fence}${language}`, ...lines.split('\n'), fence]
}

function longestRun(text: string): number {
  return Math.max(0, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length))
}
