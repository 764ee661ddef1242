import { parseError } from './api-error.ts'

/** Reads a part of the query string from left to right. */
export class Cursor {
  readonly #text: string
  readonly #what: string
  #at = 0

  /** @param what Names the part in errors: `filter`, `select parameter`. */
  constructor(text: string, what: string) {
    this.#text = text
    this.#what = what
  }

  get done(): boolean {
    return this.#at >= this.#text.length
  }

  /** Takes `text` if it is next. */
  take(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false
    this.#at += text.length
    return true
  }

  expect(text: string): void {
    if (!this.take(text)) this.fail(`"${text}"`)
  }

  /** Takes what the sticky pattern matches here. */
  match(pattern: RegExp): RegExpExecArray | null {
    const sticky = new RegExp(pattern.source, 'ysu')
    sticky.lastIndex = this.#at
    const found = sticky.exec(this.#text)
    if (found) this.#at += found[0].length
    return found
  }

  /** The rest, whatever it is. */
  rest(): string {
    const rest = this.#text.slice(this.#at)
    this.#at = this.#text.length
    return rest
  }

  /** A name: bare, or in double quotes with backslash escapes. */
  name(): string {
    const quoted = this.quoted()
    if (quoted !== undefined) return quoted
    // A name ends where the grammar goes on: the arrow of a JSON path, a cast, a list, an operator.
    const found = this.match(/(?:(?!->|::)[^.,():!"\\{}])+/)
    const bare = found?.[0].trim()
    return bare ? bare : this.fail('a name')
  }

  /** A string in double quotes, if one is next. */
  quoted(): string | undefined {
    const found = this.match(/"((?:[^"\\]|\\.)*)"/)
    return found?.[1]?.replace(/\\(.)/gsu, '$1')
  }

  end(): void {
    if (!this.done) this.fail('the end')
  }

  fail(expected: string): never {
    throw parseError(this.#what, this.#text, expected)
  }
}
