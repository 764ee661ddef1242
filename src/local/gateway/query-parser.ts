import { invalidRange, parseError } from './api-error.ts'
import { parseField, parseFilter, parseLogic } from './condition-parser.ts'
import { Cursor } from './cursor.ts'
import { emptyQuery, type Query } from './query.ts'
import { parseOrder, parseSelect } from './select-parser.ts'

/** Parameters that are neither columns nor part of a read. */
const reserved = new Set(['on_conflict', 'columns', 'apikey'])

/**
 * Reads the parameters of a request. `messages.order=…` belongs to the embedding `messages`.
 *
 * @param isArgument Names that are arguments of a function, not columns.
 * @throws ApiError PGRST100, PGRST103
 */
export function parseQuery(
  parameters: URLSearchParams,
  isArgument: (name: string) => boolean = () => false,
): Query {
  const root = emptyQuery()
  for (const [key, text] of parameters) {
    if (reserved.has(key) || isArgument(key)) continue
    const path = splitKey(key)
    const last = path.pop() ?? ''
    const not = isLogic(last) && path.at(-1) === 'not'
    if (not) path.pop()
    readParameter(path.reduce(child, root), last, not, text)
  }
  return root
}

function child(parent: Query, name: string): Query {
  const known = parent.embedded.get(name) ?? emptyQuery()
  parent.embedded.set(name, known)
  return known
}

function isLogic(name: string): name is 'and' | 'or' {
  return name === 'and' || name === 'or'
}

/** Dots separate embeddings from the column, unless they stand in quotes or in a JSON path. */
function splitKey(key: string): string[] {
  return key.match(/(?:"(?:[^"\\]|\\.)*"|->.*|[^."])+/gs) ?? [key]
}

function readParameter(query: Query, key: string, not: boolean, text: string): void {
  if (key === 'select') query.select = parseSelect(text)
  else if (key === 'order') query.order = parseOrder(text)
  else if (key === 'limit') query.limit = whole(text, 'limit')
  else if (key === 'offset') query.offset = Math.max(0, whole(text, 'offset') ?? 0)
  else if (isLogic(key)) query.where.push(parseLogic(key, not, text))
  else {
    const cursor = new Cursor(key, 'filter')
    const field = parseField(cursor)
    cursor.end()
    query.where.push(parseFilter(field, text))
  }
}

function whole(text: string, what: string): number | undefined {
  if (!/^-?\d{1,15}$/.test(text)) throw parseError(what, text, 'a whole number')
  const number = Number(text)
  if (number < 0 && what === 'limit') {
    throw invalidRange('Limit should be greater than or equal to zero.')
  }
  return number
}
