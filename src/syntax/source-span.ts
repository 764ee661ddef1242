import { scanSync } from 'libpg-query'

/** A stretch of a text, in characters; the end is behind it. */
export interface SourceSpan {
  start: number
  end: number
}

/**
 * Where a call stands in the text that {@link parseExpression} took: from the first letter of its
 * name to the parenthesis that closes it. `location` is that of the FuncCall. Null if the text
 * has no call there.
 */
export function spanOfCall(text: string, location: number): SourceSpan | null {
  const bytes = new TextEncoder().encode(text)
  const start = location - wrapped
  const tokens = tokensOf(text).filter((token) => token.start >= start)
  if (tokens[0]?.start !== start) return null
  let depth = 0
  for (const { text: token, end } of tokens) {
    if (token === '(') depth++
    if (token === ')') depth--
    if (depth < 0) return null
    if (token === ')' && depth === 0) {
      return { start: characters(bytes, start), end: characters(bytes, end) }
    }
  }
  return null
}

/** What stands before the expression where it is parsed: `select (` and the end of that line. */
const wrapped = 'select (\n'.length

function tokensOf(text: string): { text: string; start: number; end: number }[] {
  try {
    return scanSync(text).tokens
  } catch {
    return []
  }
}

/** The scanner counts bytes of UTF-8. */
function characters(bytes: Uint8Array, until: number): number {
  return new TextDecoder().decode(bytes.subarray(0, until)).length
}
