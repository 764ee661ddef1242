/**
 * The conjuncts of an index's condition, as the server prints it; null where it is not a plain
 * conjunction (an OR or a CASE on the outermost level).
 */
export function conjuncts(predicate: string): string[] | null {
  const parts: string[] = []
  let depth = 0
  let begin = 0
  // Words, quoted names and literals as wholes; everything else by the character.
  for (const { 0: token, index } of predicate.matchAll(
    /"(?:[^"]|"")*"|'(?:[^']|'')*'|\w+|[^\w]/g,
  )) {
    if (token === '(' || token === '[') depth += 1
    else if (token === ')' || token === ']') depth -= 1
    else if (depth > 0) continue
    else if (token === 'OR' || token === 'CASE') return null
    else if (token === 'AND') {
      parts.push(bare(predicate.slice(begin, index)))
      begin = index + token.length
    }
  }
  return [...parts, bare(predicate.slice(begin))]
}

/** Without the parentheses around the whole, which older servers print more of. */
function bare(text: string): string {
  const trimmed = text.trim()
  return /^\([^()]*\)$/.test(trimmed) ? trimmed.slice(1, -1).trim() : trimmed
}

/** The column of `column IS NOT NULL`; null for any other conjunct. */
export function notNullColumn(conjunct: string): string | null {
  const found = /^("(?:[^"]|"")+"|[a-z_][\w$]*) IS NOT NULL$/.exec(conjunct)?.[1]
  if (found === undefined) return null
  return found.startsWith('"') ? found.slice(1, -1).replaceAll('""', '"') : found
}
