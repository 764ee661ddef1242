/** How many columns of a terminal a text takes, and texts of a given width. */

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** East Asian wide and full-width characters, and what terminals draw as emoji. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{16fe0}-\u{18aff}\u{1b000}-\u{1b2ff}\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\ufe0f/u
const ascii = /^[\x20-\x7e]*$/
const noWidth = /^[\p{Mn}\p{Me}\p{Cf}]+$/u

/** Columns that a line takes. */
export function widthOf(line: string): number {
  if (ascii.test(line)) return line.length
  let width = 0
  for (const { segment } of graphemes.segment(line)) width += graphemeWidth(segment)
  return width
}

function graphemeWidth(grapheme: string): number {
  if (noWidth.test(grapheme)) return 0
  return wide.test(grapheme) ? 2 : 1
}

/** A line cut to a width; the cut shows as `…`. */
export function fit(line: string, width: number): string {
  if (widthOf(line) <= width) return line
  if (width < 1) return ''
  return `${head(line, width - 1).replace(/[… ]+$/u, '')}…`
}

/** As much of a line as a width holds. */
function head(line: string, width: number): string {
  let kept = ''
  let used = 0
  for (const { segment } of graphemes.segment(line)) {
    used += graphemeWidth(segment)
    if (used > width) break
    kept += segment
  }
  return kept
}

/** A line cut or filled to exactly a width. */
export function pad(line: string, width: number, align: 'left' | 'right' = 'left'): string {
  const cut = fit(line, width)
  const space = ' '.repeat(Math.max(0, width - widthOf(cut)))
  return align === 'left' ? cut + space : space + cut
}

/** Breaks a line at spaces so that no part is wider than a width; longer words are cut through. */
export function wrap(line: string, width: number): string[] {
  const lines: string[] = []
  let current = ''
  for (const word of line.split(' ')) {
    const joined = current === '' ? word : `${current} ${word}`
    if (widthOf(joined) <= width) {
      current = joined
      continue
    }
    if (current !== '') lines.push(current)
    let rest = word
    while (widthOf(rest) > width) {
      // At least one grapheme, so that a wide one in a narrow column ends too.
      const part = head(rest, width) || rest.slice(0, 1)
      lines.push(part)
      rest = rest.slice(part.length)
    }
    current = rest
  }
  return current === '' && lines.length > 0 ? lines : [...lines, current]
}
