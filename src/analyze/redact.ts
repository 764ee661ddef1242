import { ownMarker } from './describe-statement.ts'
import { type SqlToken, sqlTokens } from './sql-tokens.ts'

const plannable = ['select', 'insert', 'update', 'delete', 'merge', 'values', 'table', 'with']
/** Utility statements whose numbers are data too. */
const carriesData = ['execute', 'call', 'prepare', 'declare', 'copy', 'explain']
const placeholder = "'…'"

/**
 * A statement text of pg_stat_statements without what it may hold of data and secrets.
 *
 * Of statements that are planned the server has replaced the constants already. Under pressure it
 * stores some as they came: their strings become parameters here, as they would have there.
 *
 * Utility statements keep their constants, and with them passwords and keys. Their strings are
 * replaced, whole bodies of functions and `do` blocks among them; so are the values of custom
 * settings, and numbers where they are data. Comments are dropped.
 */
export function redactStatement(text: string): string {
  return redact(text, ['string'])
}

/**
 * A statement text as a session shows it while it runs, without what it may hold of data: the server
 * has replaced no constants yet, and may have cut the text off.
 */
export function redactRunning(text: string): string {
  return redact(text, ['string', 'number'])
}

function redact(text: string, constants: readonly SqlToken['kind'][]): string {
  const tokens = [...sqlTokens(text)]
  const code = tokens.filter(({ kind }) => kind !== 'comment')
  const first = code.find((token) => text[token.start] !== '(')
  const verb = first?.kind === 'word' ? text.slice(first.start, first.end).toLowerCase() : ''
  if (plannable.includes(verb)) return withParameters(text, tokens, constants)
  const numbers = carriesData.includes(verb) || (constants.includes('number') && verb !== 'set')
  return withoutConstants(text, tokens, numbers)
}

/** True for the text of a statement that may reset pg_stat_statements, in whole or in part. */
export function mayResetStatistics(text: string): boolean {
  return /pg_stat_statements_reset/i.test(text)
}

function withParameters(
  text: string,
  tokens: readonly SqlToken[],
  constants: readonly SqlToken['kind'][],
): string {
  if (!tokens.some(({ kind }) => constants.includes(kind))) return text
  const numbers = tokens
    .filter(({ kind }) => kind === 'parameter')
    .map(({ start, end }) => Number(text.slice(start + 1, end)))
  let last = numbers.reduce((a, b) => Math.max(a, b), 0)
  return rewrite(text, tokens, (token) => {
    if (!constants.includes(token.kind)) return null
    if (isAmbiguous(text, token)) return 'rest'
    last += 1
    return `$${last}`
  })
}

function withoutConstants(text: string, tokens: readonly SqlToken[], numbers: boolean): string {
  const settings = settingValues(text, tokens)
  return rewrite(text, tokens, (token, i) => {
    // Without its mark a statement of ours would count as somebody's.
    if (token.kind === 'comment') return text.startsWith(ownMarker, token.start) ? null : ''
    if (token.kind === 'string') return isAmbiguous(text, token) ? 'rest' : placeholder
    if (token.kind === 'number' && numbers) return placeholder
    return settings.has(i) ? placeholder : null
  })
}

/** Replaces tokens by what `change` says: null keeps one, 'rest' replaces all from it on. */
function rewrite(
  text: string,
  tokens: readonly SqlToken[],
  change: (token: SqlToken, index: number) => string | null,
): string {
  let result = ''
  let at = 0
  for (const [i, token] of tokens.entries()) {
    const replacement = change(token, i)
    if (replacement === null) continue
    result += text.slice(at, token.start)
    if (replacement === 'rest') return result + placeholder
    result += replacement
    at = token.end
  }
  return (result + text.slice(at)).trim()
}

/**
 * With standard_conforming_strings off, `\'` does not end a string: where this one really ends
 * can't be known then. An unterminated string reaches the end as it is.
 */
function isAmbiguous(text: string, token: SqlToken): boolean {
  return text[token.start] === "'" && text.slice(token.start + 1, token.end).endsWith("\\'")
}

/**
 * The values of settings: `set app.key = secret` takes words and quoted names for strings. Values
 * of the server's own settings stay where they are plain words and numbers.
 */
function settingValues(text: string, tokens: readonly SqlToken[]): ReadonlySet<number> {
  const values = new Set<number>()
  let place: 'outside' | 'name' | 'value' = 'outside'
  let custom = false
  for (const [i, token] of tokens.entries()) {
    const word =
      token.end - token.start <= 3 ? text.slice(token.start, token.end).toLowerCase() : ''
    if (word === 'set') {
      place = 'name'
      custom = false
    } else if (word === ';') place = 'outside'
    else if (place === 'name' && word === '.') custom = true
    else if (place === 'name' && (word === '=' || word === 'to')) place = 'value'
    else if (place === 'value') {
      const named = token.kind === 'word' || token.kind === 'number'
      if (token.kind === 'quoted' || (custom && named)) values.add(i)
    }
  }
  return values
}
