import { type SqlTokenKind, sqlTokens } from './sql-tokens.ts'

/** A token as the shape readers want it: comparable, with its nesting. */
export interface OutlineToken {
  kind: Exclude<SqlTokenKind, 'comment'>
  /** Lower case for words, unquoted for identifiers, as written otherwise; cut at 128 characters. */
  text: string
  /** Number of open parentheses around it; a parenthesis itself counts as outside. */
  depth: number
  /** For `(` the index of its `)`; the number of tokens if it has none. Else -1. */
  close: number
}

/** The tokens of a statement without its comments, which stand apart. */
export interface Outline {
  tokens: OutlineToken[]
  comments: string[]
}

/** Enough for any statement that people or libraries write; what lies behind is not looked at. */
const maxTokens = 20_000
const maxComments = 32
const maxTokenLength = 128
const maxCommentLength = 2_000

/** Reads a statement into an outline: linear in the text, bounded in memory. */
export function outlineSql(sql: string): Outline {
  const tokens: OutlineToken[] = []
  const comments: string[] = []
  const open: OutlineToken[] = []
  for (const { kind, start, end } of sqlTokens(sql)) {
    if (kind === 'comment') {
      if (comments.length < maxComments) {
        comments.push(sql.slice(start, Math.min(end, start + maxCommentLength)))
      }
      continue
    }
    if (tokens.length >= maxTokens) break
    const text = comparable(kind, sql, start, end)
    if (text === ')' && kind === 'punctuation') {
      const opener = open.pop()
      if (opener !== undefined) opener.close = tokens.length
    }
    const token: OutlineToken = { kind, text, depth: open.length, close: -1 }
    if (text === '(' && kind === 'punctuation') open.push(token)
    tokens.push(token)
  }
  for (const opener of open) opener.close = tokens.length
  return { tokens, comments }
}

function comparable(kind: SqlTokenKind, sql: string, start: number, end: number): string {
  const raw = sql.slice(start, Math.min(end, start + maxTokenLength))
  if (kind === 'word') return raw.toLowerCase()
  if (kind !== 'quoted') return raw
  const inner = raw.slice(raw.indexOf('"') + 1, end - start <= maxTokenLength ? -1 : undefined)
  return inner.replaceAll('""', '"')
}

/** True for an unquoted word equal to one of `words`, which are lower case. */
export function isWord(token: OutlineToken | undefined, ...words: string[]): boolean {
  if (token === undefined || token.kind !== 'word') return false
  for (const word of words) if (word === token.text) return true
  return false
}

/** True for the punctuation or operator `mark`. */
export function isMark(token: OutlineToken | undefined, mark: string): boolean {
  return token !== undefined && token.text === mark && token.kind !== 'quoted'
}

/** A possibly qualified name: `"public"."messages"`. */
export interface NamePath {
  schema: string | null
  name: string
  quoted: boolean
  /** Index of the token after it. */
  next: number
}

/** Reads the name that starts at `at`; null if none does. Of longer paths the last two parts count. */
export function readName(tokens: readonly OutlineToken[], at: number): NamePath | null {
  const first = tokens[at]
  if (first === undefined || !isNamePart(first)) return null
  let schema: string | null = null
  let last = first
  let next = at + 1
  for (;;) {
    const part = tokens[next + 1]
    if (!isMark(tokens[next], '.') || part === undefined || !isNamePart(part)) break
    schema = last.text
    last = part
    next += 2
  }
  return { schema, name: last.text, quoted: last.kind === 'quoted', next }
}

function isNamePart(token: OutlineToken): boolean {
  return token.kind === 'word' || token.kind === 'quoted'
}

/** A stretch of tokens: from `from` up to, not including, `to`. */
export interface Span {
  from: number
  to: number
}

/** The part of a `with … select` after its common table expressions, and those by name. */
export interface MainStatement extends Span {
  ctes: ReadonlyMap<string, Span>
}

/** Skips `with a as (…), b as (…)`. Without `with` the whole span is the statement. */
export function mainStatement(tokens: readonly OutlineToken[], span: Span): MainStatement {
  const ctes = new Map<string, Span>()
  let at = span.from
  if (!isWord(tokens[at], 'with')) return { ...span, ctes }
  at += isWord(tokens[at + 1], 'recursive') ? 2 : 1
  while (at < span.to) {
    const name = tokens[at]
    let open = at + 1
    if (isMark(tokens[open], '(')) open = (tokens[open]?.close ?? span.to) + 1
    while (isWord(tokens[open], 'as', 'not', 'materialized')) open += 1
    const body = tokens[open]
    if (name === undefined || body === undefined || !isMark(body, '(')) break
    ctes.set(name.text, { from: open + 1, to: body.close })
    at = body.close + 1
    if (!isMark(tokens[at], ',')) break
    at += 1
  }
  return { from: Math.min(at, span.to), to: span.to, ctes }
}

/** Index of the first of `words` outside all parentheses of a span; -1 if there is none. */
export function findClause(
  tokens: readonly OutlineToken[],
  span: Span,
  ...words: string[]
): number {
  for (let i = span.from; i < span.to; i += 1) {
    const token = tokens[i]
    if (token === undefined) return -1
    if (isWord(token, ...words)) return i
    if (token.close >= 0) i = token.close
  }
  return -1
}

/** Parts of a span between separators outside all parentheses. */
export function splitSpan(
  tokens: readonly OutlineToken[],
  span: Span,
  separates: (token: OutlineToken) => boolean,
): Span[] {
  const parts: Span[] = []
  let from = span.from
  for (let i = span.from; i < span.to; i += 1) {
    const token = tokens[i]
    if (token === undefined) break
    if (separates(token)) {
      parts.push({ from, to: i })
      from = i + 1
    } else if (token.close >= 0) {
      i = Math.min(token.close, span.to)
    }
  }
  parts.push({ from, to: span.to })
  return parts.filter((part) => part.to > part.from)
}
