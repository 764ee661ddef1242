import {
  findClause,
  isMark,
  isWord,
  type OutlineToken,
  readName,
  type Span,
  splitSpan,
} from './sql-outline.ts'

/** One filter of a PostgREST request: `conversation_id=eq.…`. */
export interface RestFilter {
  label: string
  /** True if it picks rows by equality: what an N+1 does. */
  equality: boolean
}

/** How PostgREST spells the operators that it turns into SQL. */
const operatorNames: Readonly<Record<string, string>> = {
  '=': 'eq',
  '<>': 'neq',
  '>': 'gt',
  '>=': 'gte',
  '<': 'lt',
  '<=': 'lte',
  like: 'like',
  ilike: 'ilike',
  '~': 'match',
  '~*': 'imatch',
  '@>': 'cs',
  '<@': 'cd',
  '&&': 'ov',
  '<<': 'sl',
  '>>': 'sr',
  '&<': 'nxr',
  '&>': 'nxl',
  '-|-': 'adj',
}

const textSearchNames: Readonly<Record<string, string>> = {
  to_tsquery: 'fts',
  plainto_tsquery: 'plfts',
  phraseto_tsquery: 'phfts',
  websearch_to_tsquery: 'wfts',
}

const maxFilters = 12
const clauseEnds = ['group', 'order', 'limit', 'offset', 'returning', 'on', 'having', 'for']

/** The filters of the `where` outside all parentheses of a span. */
export function restFilters(tokens: readonly OutlineToken[], span: Span): RestFilter[] {
  const where = findClause(tokens, span, 'where')
  if (where < 0) return []
  const end = findClause(tokens, { from: where + 1, to: span.to }, ...clauseEnds)
  const clause = { from: where + 1, to: end < 0 ? span.to : end }
  return splitSpan(tokens, clause, (token) => isWord(token, 'and'))
    .slice(0, maxFilters)
    .map((part) => readFilter(tokens, part))
    .filter((filter) => filter !== null)
}

function readFilter(tokens: readonly OutlineToken[], span: Span): RestFilter | null {
  const not = isWord(tokens[span.from], 'not')
  const from = not ? span.from + 1 : span.from
  const first = tokens[from]
  if (first === undefined || from >= span.to) return null
  if (isMark(first, '(')) return readGroup(tokens, from, not)
  const column = readColumn(tokens, from)
  if (column === null) return null
  const operator = readOperator(tokens, column.next, span.to)
  if (operator === null) return null
  return {
    label: `${column.label}=${not ? 'not.' : ''}${operator}.…`,
    equality: !not && (operator === 'eq' || operator === 'in'),
  }
}

function readGroup(tokens: readonly OutlineToken[], at: number, not: boolean): RestFilter {
  const inner = { from: at + 1, to: tokens[at]?.close ?? at + 1 }
  const or = findClause(tokens, inner, 'or') >= 0
  return { label: `${not ? 'not.' : ''}${or ? 'or' : 'and'}=(…)`, equality: false }
}

/** A column with its JSON path: `data->>…`; of a function call the first column in it. */
function readColumn(
  tokens: readonly OutlineToken[],
  at: number,
): { label: string; next: number } | null {
  const path = readName(tokens, at)
  if (path === null) return null
  let label = path.name
  let next = path.next
  const call = tokens[next]
  if (call !== undefined && isMark(call, '(')) {
    label = columnInCall(tokens, next + 1, call.close) ?? `${path.name}()`
    next = call.close + 1
  }
  while (isMark(tokens[next], '->') || isMark(tokens[next], '->>')) {
    label += `${tokens[next]?.text}…`
    next += 2
    if (isMark(tokens[next], '::')) next += 2
  }
  return { label, next }
}

function columnInCall(tokens: readonly OutlineToken[], from: number, to: number): string | null {
  for (let i = from; i < Math.min(to, from + 16); i += 1) {
    const path = readName(tokens, i)
    if (path?.schema != null) return path.name
  }
  return null
}

function readOperator(tokens: readonly OutlineToken[], at: number, to: number): string | null {
  const token = tokens[at]
  const next = tokens[at + 1]
  if (token === undefined || at >= to) return null
  if (isWord(token, 'is')) return isWord(next, 'distinct') ? 'isdistinct' : 'is'
  if (isMark(token, '@@')) return textSearchNames[next?.text ?? ''] ?? 'fts'
  if (isWord(next, 'any', 'all') && isMark(token, '=')) return isWord(next, 'any') ? 'in' : 'eq'
  // A column on the right makes it a join condition, which no one asked for in the URL.
  if (next?.kind === 'quoted') return null
  return operatorNames[token.text] ?? null
}

/** `order=created_at.desc,id.desc`; null without `order by`. */
export function restOrder(tokens: readonly OutlineToken[], span: Span): string | null {
  const order = findClause(tokens, span, 'order')
  if (order < 0) return null
  const end = findClause(tokens, { from: order + 1, to: span.to }, 'limit', 'offset')
  const clause = { from: order + 2, to: end < 0 ? span.to : end }
  const terms = splitSpan(tokens, clause, (token) => isMark(token, ','))
    .slice(0, 4)
    .map((term) => {
      const column = readColumn(tokens, term.from)
      const descending = findClause(tokens, term, 'desc') >= 0
      return column === null ? null : `${column.label}${descending ? '.desc' : ''}`
    })
    .filter((term) => term !== null)
  return terms.length === 0 ? null : `order=${terms.join(',')}`
}

/** True if a span limits its rows. */
export function hasLimit(tokens: readonly OutlineToken[], span: Span): boolean {
  const limit = findClause(tokens, span, 'limit')
  return limit >= 0 && !isWord(tokens[limit + 1], 'all')
}
