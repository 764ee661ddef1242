/**
 * Splits SQL into tokens by the lexical rules of PostgreSQL, in one pass and never backwards: the
 * cost is linear in the text for any input, valid or not, and no input throws.
 */

export type SqlTokenKind =
  /** Keyword or plain identifier. */
  | 'word'
  /** `"quoted identifier"`, also `U&"…"`. */
  | 'quoted'
  /** Any string constant: `'…'`, `E'…'`, `B'…'`, `X'…'`, `N'…'`, `U&'…'`, `$tag$…$tag$`. */
  | 'string'
  | 'number'
  /** `$1` */
  | 'parameter'
  /** `-- …` up to the end of the line, or a block comment with the comments nested in it. */
  | 'comment'
  /** A run of operator characters: `=`, `->>`, `::`, `:=`. */
  | 'operator'
  /** One of `( ) [ ] , ; .`, or a character that belongs nowhere. */
  | 'punctuation'

export interface SqlToken {
  kind: SqlTokenKind
  /** Offset of the first character. */
  start: number
  /** Offset after the last character. An unterminated string or comment reaches the text's end. */
  end: number
}

const quote = 0x27
const doubleQuote = 0x22
const dollar = 0x24
const backslash = 0x5c

/**
 * Yields every token of a text in order; white space is between tokens.
 *
 * Follows `standard_conforming_strings = on`: a backslash escapes in `E'…'` only.
 */
export function* sqlTokens(sql: string): Generator<SqlToken, void, void> {
  let at = 0
  while (at < sql.length) {
    const code = sql.charCodeAt(at)
    if (isSpace(code)) {
      at += 1
      continue
    }
    const token = read(sql, at, code)
    yield token
    at = token.end
  }
}

function read(sql: string, start: number, code: number): SqlToken {
  if (code === quote) return token('string', start, endOfQuoted(sql, start + 1, quote))
  if (code === doubleQuote) return token('quoted', start, endOfQuoted(sql, start + 1, doubleQuote))
  if (code === dollar) return readDollar(sql, start)
  if (startsWord(code)) return readWord(sql, start)
  if (isDigit(code) || (code === 0x2e && isDigit(sql.charCodeAt(start + 1)))) {
    return token('number', start, endOfNumber(sql, start))
  }
  if (startsLineComment(sql, start)) return token('comment', start, endOfLine(sql, start))
  if (startsBlockComment(sql, start)) return token('comment', start, endOfBlock(sql, start + 2))
  if (isOperator(code)) return token('operator', start, endOfOperator(sql, start))
  return token('punctuation', start, start + 1)
}

function token(kind: SqlTokenKind, start: number, end: number): SqlToken {
  return { kind, start, end }
}

/** End of a quoted thing whose content starts at `at`; a doubled quote stands for itself. */
function endOfQuoted(sql: string, at: number, mark: number, escapes = false): number {
  for (let i = at; i < sql.length; i += 1) {
    const code = sql.charCodeAt(i)
    if (escapes && code === backslash) i += 1
    else if (code === mark) {
      if (sql.charCodeAt(i + 1) !== mark) return i + 1
      i += 1
    }
  }
  return sql.length
}

function readWord(sql: string, start: number): SqlToken {
  let end = start + 1
  while (continuesWord(sql.charCodeAt(end))) end += 1
  const first = sql.charCodeAt(start) | 0x20
  if (end - start === 1) {
    if (first === 0x75 && sql[end] === '&') return readUnicode(sql, start, end)
    const isPrefix = first === 0x65 || first === 0x62 || first === 0x78 || first === 0x6e
    if (isPrefix && sql.charCodeAt(end) === quote) {
      return token('string', start, endOfQuoted(sql, end + 1, quote, first === 0x65))
    }
  }
  return token('word', start, end)
}

/** `U&'…'` and `U&"…"`; a bare `u` before any other `&` is a word. */
function readUnicode(sql: string, start: number, end: number): SqlToken {
  const mark = sql.charCodeAt(end + 1)
  if (mark === quote) return token('string', start, endOfQuoted(sql, end + 2, quote))
  if (mark === doubleQuote) return token('quoted', start, endOfQuoted(sql, end + 2, doubleQuote))
  return token('word', start, end)
}

function readDollar(sql: string, start: number): SqlToken {
  let end = start + 1
  if (isDigit(sql.charCodeAt(end))) {
    while (isDigit(sql.charCodeAt(end))) end += 1
    return token('parameter', start, end)
  }
  if (startsWord(sql.charCodeAt(end))) while (continuesTag(sql.charCodeAt(end))) end += 1
  if (sql.charCodeAt(end) !== dollar) return token('punctuation', start, start + 1)
  const tag = sql.slice(start, end + 1)
  const close = sql.indexOf(tag, end + 1)
  return token('string', start, close < 0 ? sql.length : close + tag.length)
}

function endOfNumber(sql: string, start: number): number {
  let end = start + 1
  for (;;) {
    const code = sql.charCodeAt(end)
    const last = sql.charCodeAt(end - 1) | 0x20
    const signed =
      (code === 0x2b || code === 0x2d) && last === 0x65 && isDigit(sql.charCodeAt(end + 1))
    if (!signed && code !== 0x2e && code !== 0x5f && !isDigit(code) && !isLetter(code)) return end
    end += 1
  }
}

function endOfOperator(sql: string, start: number): number {
  let end = start + 1
  while (
    isOperator(sql.charCodeAt(end)) &&
    !startsLineComment(sql, end) &&
    !startsBlockComment(sql, end)
  ) {
    end += 1
  }
  return end
}

function endOfLine(sql: string, start: number): number {
  for (let i = start; i < sql.length; i += 1) {
    const code = sql.charCodeAt(i)
    if (code === 0x0a || code === 0x0d) return i
  }
  return sql.length
}

function endOfBlock(sql: string, at: number): number {
  let depth = 1
  for (let i = at; i < sql.length; i += 1) {
    if (startsBlockComment(sql, i)) {
      depth += 1
      i += 1
    } else if (sql[i] === '*' && sql[i + 1] === '/') {
      depth -= 1
      i += 1
      if (depth === 0) return i + 1
    }
  }
  return sql.length
}

function startsLineComment(sql: string, at: number): boolean {
  return sql[at] === '-' && sql[at + 1] === '-'
}

function startsBlockComment(sql: string, at: number): boolean {
  return sql[at] === '/' && sql[at + 1] === '*'
}

function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d)
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

function isLetter(code: number): boolean {
  const lower = code | 0x20
  return lower >= 0x61 && lower <= 0x7a
}

function startsWord(code: number): boolean {
  return isLetter(code) || code === 0x5f || code >= 0x80
}

function continuesTag(code: number): boolean {
  return startsWord(code) || isDigit(code)
}

function continuesWord(code: number): boolean {
  return continuesTag(code) || code === dollar
}

const operators = new Set(Array.from('+-*/<>=~!@#%^&|`?:', (c) => c.charCodeAt(0)))

function isOperator(code: number): boolean {
  return operators.has(code)
}
