import { type SqlToken, sqlTokens } from '../sql-tokens.ts'

const planned = ['select', 'insert', 'update', 'delete', 'with']
/** `interval $1` is how the server tells of `interval '1 day'`; it does not read it back. */
const typeWords = ['interval', 'date', 'time', 'timestamp', 'timestamptz', 'timetz']

/**
 * The text of a statement as it can be explained, or null for what must not or can't be: utility
 * statements, several statements in one, texts that are cut off or redacted. Decided by tokens: a
 * semicolon or a comment sign within a literal is none.
 */
export function explainable(text: string): string | null {
  const tokens = [...sqlTokens(text)].filter(({ kind }) => kind !== 'comment')
  while (isText(text, tokens.at(-1), ';')) tokens.pop()
  const [first] = tokens
  const last = tokens.at(-1)
  if (first === undefined || last === undefined || first.kind !== 'word') return null
  if (!planned.includes(text.slice(first.start, first.end).toLowerCase())) return null
  if (tokens.some((token) => isText(text, token, ';')) || !isWhole(text, tokens)) return null
  return rewritten(text, tokens)
}

/** Closed parentheses and strings, and nothing that stands for what is left out. */
function isWhole(text: string, tokens: readonly SqlToken[]): boolean {
  let depth = 0
  for (const token of tokens) {
    if (isText(text, token, '(')) depth += 1
    if (isText(text, token, ')')) depth -= 1
    if (depth < 0) return false
    const content = text.slice(token.start, token.end)
    if (content.includes('…') && token.kind !== 'quoted') return false
    if (token.kind === 'string' && !isClosed(content)) return false
    if (token.kind === 'quoted' && !/"$/.test(content.slice(1))) return false
  }
  return depth === 0
}

function isClosed(content: string): boolean {
  if (content.endsWith("'")) return content.indexOf("'") < content.length - 1
  const tag = /^\$[^$]*\$/.exec(content)?.[0]
  return tag !== undefined && content.length >= 2 * tag.length && content.endsWith(tag)
}

/** Without comments after the end, and with types of parameters in the form that is read. */
function rewritten(text: string, tokens: readonly SqlToken[]): string {
  let result = ''
  let at = tokens[0]?.start ?? 0
  for (const [i, token] of tokens.entries()) {
    const next = tokens[i + 1]
    const word = token.kind === 'word' ? text.slice(token.start, token.end).toLowerCase() : ''
    if (next?.kind !== 'parameter' || !typeWords.includes(word)) continue
    result += `${text.slice(at, token.start)}(${text.slice(next.start, next.end)}::${word})`
    at = next.end
  }
  return result + text.slice(at, tokens.at(-1)?.end)
}

function isText(text: string, token: SqlToken | undefined, mark: string): boolean {
  return token?.kind === 'punctuation' && text.slice(token.start, token.end) === mark
}
