import type { PolicyExpression, PolicyFacts } from '../../facts/index.ts'
import { quoteIdentifier, quoteName } from '../../quote.ts'
import { parseExpression, spanOfCall } from '../../syntax/index.ts'
import { examine, type PolicyCall } from './expression.ts'

/** `alter policy mine on public.notes using (…) with check (…);` */
export function alterPolicy(
  policy: PolicyFacts,
  conditions: { using?: string | undefined; check?: string | undefined },
): string {
  const { using, check } = conditions
  const clauses = [
    ...(using === undefined ? [] : [`using (${using})`]),
    ...(check === undefined ? [] : [`with check (${check})`]),
  ]
  const name = quoteIdentifier(policy.name)
  return `alter policy ${name} on ${quoteName(policy.schema, policy.table)}\n  ${clauses.join('\n  ')};`
}

/**
 * The policy with every call that `isWanted` picks inside a scalar sub-select, so that it is run
 * once a query. Null where nothing would change, or where the new text is not what was meant.
 */
export function wrapCalls(
  policy: PolicyFacts,
  isWanted: (call: PolicyCall) => boolean,
): string | null {
  const using = wrapped(policy.using, policy.table, isWanted)
  const check = wrapped(policy.check, policy.table, isWanted)
  if (using === null || check === null) return null
  if (using === undefined && check === undefined) return null
  return alterPolicy(policy, { using, check })
}

/** The new text; undefined if it stays as it is, null if it can't be had. */
function wrapped(
  expression: PolicyExpression | null,
  table: string,
  isWanted: (call: PolicyCall) => boolean,
): string | undefined | null {
  if (expression === null) return undefined
  const { text } = expression
  const calls = examine(expression, table).calls.filter((call) => !call.once && isWanted(call))
  if (calls.length === 0) return undefined
  const spans = calls.map(({ location }) => spanOfCall(text, location))
  if (spans.some((span) => span === null)) return null
  const outermost = spans
    .filter((span) => span !== null)
    .filter(
      (span, _, all) => !all.some((other) => other.start < span.start && span.end <= other.end),
    )
    .toSorted((a, b) => b.start - a.start)
  const made = outermost.reduce(
    (so, { start, end }) => `${so.slice(0, start)}(select ${so.slice(start, end)})${so.slice(end)}`,
    text,
  )
  return hasNoneLeft(made, table, isWanted) ? withoutParentheses(made) : null
}

function hasNoneLeft(
  text: string,
  table: string,
  isWanted: (call: PolicyCall) => boolean,
): boolean {
  const parsed = parseExpression(text)
  if (!parsed.ok) return false
  return examine({ text, tree: parsed.tree }, table).calls.every(
    (call) => call.once || !isWanted(call),
  )
}

const startsQuery = /^\s*(select|with|values|table)\b/i

/** The server puts most conditions in parentheses; `using (…)` brings its own. A sub-select keeps them. */
function withoutParentheses(text: string): string {
  if (!text.startsWith('(') || !text.endsWith(')')) return text
  const inner = text.slice(1, -1)
  return isBalanced(inner) && !startsQuery.test(inner) ? inner : text
}

/** Whether no parenthesis closes what was not opened, quoted ones aside. */
function isBalanced(text: string): boolean {
  let depth = 0
  for (const [token] of text.matchAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|[()]/g)) {
    if (token === '(') depth++
    if (token === ')') depth--
    if (depth < 0) return false
  }
  return depth === 0
}
