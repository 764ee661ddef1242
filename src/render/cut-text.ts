/** Characters as UTF-16 counts them: never fewer than any receiver counts. */
export type Escape = (text: string) => string

/**
 * Escapes a text and cuts it so that the result has at most `limit` characters, between characters
 * and never within an escape. What was cut ends in an ellipsis.
 *
 * @param escaped - Must act on each character alone.
 */
export function cutEscaped(text: string, limit: number, escaped: Escape = (same) => same): string {
  // Most texts fit; walking through all of a long one would be wasted.
  const start = text.slice(0, limit + 1)
  const whole = escaped(text.length > start.length ? start : text)
  if (text.length <= limit && whole.length <= limit) return whole
  let cut = ''
  for (const character of start.toWellFormed()) {
    const next = escaped(character)
    if (cut.length + next.length > limit - 1) break
    cut += next
  }
  return limit < 1 ? '' : `${cut}…`
}

/** Parts what a chat would make a link of; nobody sees it. */
export function partLinks(text: string): string {
  return text.replace(/:(?=\/\/)|\bwww(?=\.)/gi, '$&\u2060')
}
