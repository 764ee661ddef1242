/**
 * Makes text from the database safe to show: no control characters (a terminal would obey them), no
 * bidirectional or invisible ones (they make text look like another), no endless combining marks.
 */

/** More of one text than this is never shown. */
const longest = 20_000
/** Nearly all texts: nothing in them needs a closer look. */
const harmless = /^[\x20-\x7e]*$/
const harmlessLines = /^[\x20-\x7e\n]*$/

/** One line: every kind of white space becomes a single space. */
export function cleanLine(text: string, limit: number = longest): string {
  if (text.length <= limit && harmless.test(text)) return text.replace(/ {2,}/g, ' ').trim()
  return strip(text, limit)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Zs}]+/gu, ' ')
    .trim()
}

/** Several lines: line feeds stay, tabs become spaces. */
export function cleanLines(text: string, limit: number = longest): string {
  if (text.length <= limit && harmlessLines.test(text)) return text
  return strip(text, limit)
    .replace(/\r\n?|[\p{Zl}\p{Zp}]/gu, '\n')
    .replaceAll('\t', '  ')
    .replace(/(?!\n)\p{Cc}/gu, ' ')
}

function strip(text: string, limit: number): string {
  const cut = text.length > limit ? `${text.slice(0, limit - 1)}…` : text
  return cut
    .toWellFormed()
    .replace(/\p{Cf}/gu, '')
    .replace(/(\p{M}{2})\p{M}+/gu, '$1')
}
