import { hasLimit, type RestFilter, restFilters, restOrder } from './postgrest-filters.ts'
import {
  findClause,
  isMark,
  isWord,
  type MainStatement,
  mainStatement,
  type NamePath,
  type OutlineToken,
  readName,
  type Span,
} from './sql-outline.ts'
import type { StatementShape } from './statement-shape.ts'

/**
 * Reads the requests that PostgREST 10 to 14 turns into `with pgrst_source as (…) select …`:
 * reads with their embeds, writes, and calls. Null for any other statement.
 */
export function postgrestShape(tokens: readonly OutlineToken[]): StatementShape | null {
  const source = findSource(tokens)
  if (source === null) return null
  const main = mainStatement(tokens, source)
  const verb = tokens[main.from]
  if (isWord(verb, 'insert')) return insertShape(tokens, main)
  if (isWord(verb, 'update')) return changeShape(tokens, main, 'PATCH', main.from + 1)
  if (isWord(verb, 'delete')) return changeShape(tokens, main, 'DELETE', main.from + 2)
  if (isWord(verb, 'select')) return readShape(tokens, main, source.to)
  return null
}

function findSource(tokens: readonly OutlineToken[]): Span | null {
  for (const [i, token] of tokens.entries()) {
    const open = tokens[i + 2]
    if (token.text !== 'pgrst_source' || !isWord(tokens[i + 1], 'as') || open === undefined)
      continue
    if (isMark(open, '(')) return { from: i + 3, to: open.close }
  }
  return null
}

function insertShape(tokens: readonly OutlineToken[], main: MainStatement): StatementShape | null {
  const table = readName(tokens, main.from + 2)
  if (table === null) return null
  const conflict = findClause(tokens, main, 'conflict')
  const columns = tokens[conflict + 1]
  if (conflict < 0 || columns === undefined) return restShape('POST', table, [])
  const names = tokens
    .slice(conflict + 2, Math.min(columns.close, conflict + 34))
    .filter((token) => token.kind === 'quoted' || token.kind === 'word')
    .map((token) => token.text)
  return restShape('POST', table, [`on_conflict=${names.join(',')}`], { notes: ['upsert'] })
}

function changeShape(
  tokens: readonly OutlineToken[],
  main: MainStatement,
  method: 'PATCH' | 'DELETE',
  at: number,
): StatementShape | null {
  const table = readName(tokens, at)
  if (table === null) return null
  // With a limit the rows are picked by an expression of its own.
  const filters = restFilters(tokens, main.ctes.get('pgrst_affected_rows') ?? main)
  return restShape(method, table, labels(filters), { filters })
}

function readShape(
  tokens: readonly OutlineToken[],
  main: MainStatement,
  sourceEnd: number,
): StatementShape | null {
  const from = findClause(tokens, main, 'from')
  const table = from < 0 ? null : readName(tokens, from + 1)
  const isTable = table !== null && !isMark(tokens[table.next], '(') && !isPlumbing(table.name)
  if (!isTable) return callShape(tokens, main)
  const filters = restFilters(tokens, main)
  const embeds = readEmbeds(tokens, { from: table.next, to: main.to }, 3)
  const order = restOrder(tokens, main)
  const limited = hasLimit(tokens, main)
  const query = [
    ...labels(filters),
    ...(embeds === '' ? [] : [`select=*,${embeds}`]),
    ...(order === null ? [] : [order]),
    ...(limited ? ['limit=…'] : []),
  ]
  const counted = tokens.some((token) => token.text === 'pgrst_source_count')
  const method = hasNoBody(tokens, sourceEnd) ? 'HEAD' : 'GET'
  const notes = counted ? ['count=exact'] : []
  return { ...restShape(method, table, query, { filters, notes }), limited }
}

/** The names that PostgREST gives to its own parts of a statement. */
function isPlumbing(name: string): boolean {
  return name.startsWith('pgrst_')
}

/** A call has its function in the `from`, or one level deeper if it returns a scalar. */
function callShape(tokens: readonly OutlineToken[], main: MainStatement): StatementShape | null {
  for (let i = main.from; i < main.to; i += 1) {
    const name = readName(tokens, i)
    if (name === null) continue
    const isFunction = isMark(tokens[name.next], '(') && (name.quoted || name.schema !== null)
    if (isFunction) return functionShape(name)
    i = name.next - 1
  }
  return null
}

function functionShape(name: NamePath): StatementShape {
  if (name.schema?.startsWith('graphql') && /^(graphql|resolve)$/.test(name.name)) {
    return { kind: 'graphql', label: 'GraphQL query', verb: 'call', lookup: false }
  }
  const label = `RPC ${name.name}${schemaNote(name)}`
  return { kind: 'rpc', label, verb: 'call', lookup: false }
}

/** `messages(…),author(…)`: what a request embeds, to a bounded depth. */
function readEmbeds(tokens: readonly OutlineToken[], span: Span, depth: number): string {
  const embeds: string[] = []
  for (let i = span.from; i < span.to && depth > 0; i += 1) {
    const token = tokens[i]
    const open = tokens[i + 1]
    if (isWord(token, 'lateral') && open !== undefined && isMark(open, '(')) {
      const inner = isWord(tokens[i - 2], 'inner') ? '!inner' : ''
      const embed = readEmbed(tokens, { from: i + 2, to: Math.min(open.close, span.to) }, depth)
      if (embed !== null) embeds.push(`${embed.name}${inner}(${embed.children || '…'})`)
      i = open.close
    } else if (token !== undefined && token.close >= 0) {
      i = token.close
    }
  }
  return embeds.slice(0, 8).join(',')
}

function readEmbed(
  tokens: readonly OutlineToken[],
  span: Span,
  depth: number,
): { name: string; children: string } | null {
  const from = findClause(tokens, span, 'from')
  const item = tokens[from + 1]
  if (from < 0 || item === undefined) return null
  if (isMark(item, '(')) {
    const inner = { from: from + 2, to: Math.min(item.close, span.to) }
    const nested = findClause(tokens, inner, 'from')
    const name = nested < 0 ? null : readName(tokens, nested + 1)
    return name && { name: name.name, children: readEmbeds(tokens, inner, depth - 1) }
  }
  const name = readName(tokens, from + 1)
  return name && { name: name.name, children: readEmbeds(tokens, span, depth - 1) }
}

/** A HEAD request selects an empty text as its body. */
function hasNoBody(tokens: readonly OutlineToken[], from: number): boolean {
  const body = findClause(tokens, { from, to: tokens.length }, 'body')
  const value = tokens[body - 4]
  return (
    body > 0 &&
    isWord(tokens[body - 2], 'text') &&
    isMark(tokens[body - 3], '::') &&
    (value?.kind === 'parameter' || value?.kind === 'string')
  )
}

function restShape(
  method: 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'DELETE',
  table: NamePath,
  query: readonly string[],
  more: { filters?: RestFilter[]; notes?: string[] } = {},
): StatementShape {
  const notes = [...(more.notes ?? []), ...schemaNotes(table)]
  const search = query.length === 0 ? '' : `?${query.join('&')}`
  const note = notes.length === 0 ? '' : ` (${notes.join(', ')})`
  return {
    kind: 'rest',
    label: `${method} /rest/v1/${table.name}${search}${note}`,
    verb: method === 'GET' || method === 'HEAD' ? 'read' : 'write',
    lookup: method === 'POST' || (more.filters ?? []).some((filter) => filter.equality),
  }
}

function schemaNotes(name: NamePath): string[] {
  return name.schema === null || name.schema === 'public' ? [] : [`schema ${name.schema}`]
}

function schemaNote(name: NamePath): string {
  const notes = schemaNotes(name)
  return notes.length === 0 ? '' : ` (${notes.join()})`
}

function labels(filters: readonly RestFilter[]): string[] {
  return filters.map((filter) => filter.label)
}
