import { widthOf, wrap } from './display-width.ts'

/** Comments, strings, quoted names and bodies whole; line ends, spaces, and what lies between. */
const token =
  /--[^\n]*|\/\*[\s\S]*?\*\/|[eE]'(?:\\[\s\S]|''|[^'\\])*'|'(?:''|[^'])*'|"(?:""|[^"])*"|(\$(?:[A-Za-z_]\w*)?\$)[\s\S]*?\1|\n| +|[^\s'"$/-]+|[\s\S]/g

/**
 * Breaks SQL into lines of a width only where it stays the same SQL: at spaces outside strings,
 * quoted names and bodies. A comment is broken into comments. What has no such space stays as wide
 * as it is, since it is there to be pasted.
 */
export function wrapSql(sql: string, width: number): string[] {
  const lines: string[] = []
  let line = new Line(width, '')
  let word = ''
  for (const { text, isComment } of pieces(sql, width)) {
    if (!isComment && text !== '\n' && !text.startsWith(' ')) {
      word += text
      continue
    }
    line.add(word)
    word = ''
    if (isComment) line.comment(text)
    else if (text !== '\n') line.space(text)
    else {
      lines.push(...line.end())
      line = new Line(width, '')
    }
  }
  line.add(word)
  return [...lines, ...line.end()].flatMap((one) => one.split('\n'))
}

/** What may stand on a line of its own; a long block comment may be broken at each of its spaces. */
function* pieces(sql: string, width: number): Generator<{ text: string; isComment: boolean }> {
  for (const [text] of sql.matchAll(token)) {
    const isLong = text.startsWith('/*') && (text.includes('\n') || widthOf(text) > width - 4)
    const parts = isLong ? text.split(/(\n| +)/).filter((part) => part !== '') : [text]
    for (const part of parts) {
      yield { text: part, isComment: part === text && text.startsWith('--') }
    }
  }
}

/** A line of SQL that grows, and becomes several where it is too wide. */
class Line {
  private readonly width: number
  private readonly done: string[] = []
  private current: string
  private indent = ''
  private gap = ''

  constructor(width: number, current: string) {
    this.width = width
    this.current = current
  }

  space(text: string): void {
    if (this.isBlank()) this.indent = this.current = text
    else this.gap = text
  }

  add(word: string): void {
    if (word === '') return
    const first = word.split('\n', 1)[0] ?? ''
    if (!this.isBlank() && this.gap !== '' && !this.fits(`${this.gap}${first}`)) this.break()
    this.current += this.gap + word
    this.gap = ''
  }

  /** Beside the statement where there is room, else below it. */
  comment(text: string): void {
    if (this.isBlank() || !this.fits(this.gap + text)) {
      if (!this.isBlank()) this.done.push(this.current)
      const [, dashes = '--', words = ''] = /^(-- *)(.*)$/.exec(text) ?? []
      const mark = `${this.indent}${dashes}`
      // A list goes on below its words: `-- 1. …`.
      const hang = ' '.repeat(/^(?:\d+\.|-) +/.exec(words)?.[0].length ?? 0)
      const most = Math.max(8, this.width - widthOf(mark) - hang.length)
      this.done.push(...wrap(words, most).map((one, i) => mark + (i === 0 ? '' : hang) + one))
      this.current = ''
    } else this.current += this.gap + text
    this.gap = ''
  }

  end(): string[] {
    const isEmpty = this.isBlank() && this.done.length > 0
    return isEmpty ? this.done : [...this.done, this.current]
  }

  private isBlank(): boolean {
    return this.current.trim() === ''
  }

  private fits(more: string): boolean {
    return widthOf((this.current + more).split('\n').at(-1) ?? '') <= this.width
  }

  private break(): void {
    this.done.push(this.current)
    this.current = `${this.indent}  `
    this.gap = ''
  }
}
