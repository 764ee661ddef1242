import type { Node } from '@pgsql/types'
import { loadModule, parseSync } from 'libpg-query'

// Once, before anyone can call: so that pure rules may parse without waiting.
await loadModule()

/** One statement of a text. */
export interface ParsedStatement {
  /** The tree, as `{ SelectStmt: … }`. */
  tree: Node
  /** The statement's own part of the text, without what is around it. */
  text: string
}

export type ParsedSql =
  | { ok: true; statements: ParsedStatement[] }
  /** `error` is the parser's own message, or why the text was not given to it. */
  | { ok: false; error: string }

/** Longer texts are not parsed: the tree is some fifty times as large as its text. */
const longestText = 200_000

/** Why a text is not given to the parser; null if it is. */
export function unparsable(text: string): string | null {
  if (text.length > longestText) return `longer than ${longestText} characters`
  // The parser reads C strings: what follows would be cut off silently.
  if (text.includes('\0')) return 'holds a NUL character'
  return null
}

/**
 * Parses SQL with the grammar of Postgres 18, which takes what 15 and 17 do. Never throws, whatever
 * the text: an expression nested too deeply is an error as any other.
 */
export function parseSql(text: string): ParsedSql {
  const refused = unparsable(text)
  if (refused !== null) return { ok: false, error: refused }
  if (text === '') return { ok: true, statements: [] }
  try {
    const { stmts = [] } = parseSync(text)
    const pieces = slices(text, stmts)
    const statements = stmts.flatMap(({ stmt }, i) =>
      stmt === undefined ? [] : [{ tree: stmt, text: pieces[i] ?? text }],
    )
    return { ok: true, statements }
  } catch (error) {
    return { ok: false, error: parserMessage(error) }
  }
}

/**
 * Parses an expression: a policy's condition, a default, an index's expression, as
 * pg_get_expr() prints them. The tree is that of the expression alone.
 */
export function parseExpression(
  text: string,
): { ok: true; tree: Node } | { ok: false; error: string } {
  // On a line of its own, so that a comment at its end ends with it.
  const parsed = parseSql(`select (\n${text}\n)`)
  if (!parsed.ok) return parsed
  const [statement, ...others] = parsed.statements
  const select = statement && 'SelectStmt' in statement.tree ? statement.tree.SelectStmt : undefined
  const [target, ...targets] = select?.targetList ?? []
  const tree = target && 'ResTarget' in target ? target.ResTarget.val : undefined
  const whole = others.length === 0 && targets.length === 0 && select?.fromClause === undefined
  if (tree === undefined || !whole) return { ok: false, error: 'is not one expression' }
  return { ok: true, tree }
}

/** The parser counts bytes of UTF-8, and JavaScript does not. */
function slices(
  text: string,
  stmts: readonly { stmt_location?: number; stmt_len?: number }[],
): string[] {
  const bytes = new TextEncoder().encode(text)
  const decoder = new TextDecoder()
  return stmts.map(({ stmt_location: start = 0, stmt_len: length }) =>
    decoder.decode(bytes.subarray(start, length ? start + length : undefined)).trim(),
  )
}

/** The first line of what a parser threw; V8's own words for a stack that is full mean nothing. */
export function parserMessage(error: unknown): string {
  if (error instanceof RangeError) return 'nested too deeply'
  const message = error instanceof Error ? error.message : String(error)
  return message.split('\n')[0]?.slice(0, 200) || 'can not be parsed'
}
