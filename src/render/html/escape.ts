import { cleanLine, cleanLines } from '../clean-text.ts'

/** Text on one line for an element's content or a quoted attribute. */
export function escapeHtml(text: string): string {
  return entities(cleanLine(text))
}

/** Text of several lines, for `pre`. */
export function escapeLines(text: string): string {
  return entities(cleanLines(text))
}

const named: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function entities(text: string): string {
  return text.replace(/[&<>"']/g, (character) => named[character] ?? '')
}
