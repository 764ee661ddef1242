/** A stretch of a text, in characters; the end is behind it. */
export interface SourceSpan {
  start: number
  end: number
}

/**
 * Where a call stands in an expression as the server prints it (without comments and dollar
 * quotes): from the first letter of its name to the parenthesis that closes it. `location` is that
 * of the FuncCall which {@link parseExpression} made. Null if the text has no call there.
 */
export function spanOfCall(text: string, location: number): SourceSpan | null {
  const start = characters(text, location - wrapped)
  const parts = /'(?:[^']|'')*'|"(?:[^"]|"")*"|[()]/g
  parts.lastIndex = start
  let depth = 0
  for (let part = parts.exec(text); part !== null; part = parts.exec(text)) {
    if (part[0] === '(') depth++
    if (part[0] === ')') depth--
    if (depth < 0) return null
    if (part[0] === ')' && depth === 0) return { start, end: parts.lastIndex }
  }
  return null
}

/** What stands before the expression where it is parsed: `select (` and the end of that line. */
const wrapped = 'select (\n'.length

/** The parser counts bytes of UTF-8. */
function characters(text: string, bytes: number): number {
  const encoded = new TextEncoder().encode(text)
  if (encoded.length === text.length) return bytes
  return new TextDecoder().decode(encoded.subarray(0, bytes)).length
}
