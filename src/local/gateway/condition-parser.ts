import { Cursor } from './cursor.ts'
import type { Condition, Field } from './query.ts'

/** PostgREST's operators that compare a column with one value, and their SQL. */
export const comparisons: Readonly<Record<string, string>> = {
  eq: '=',
  neq: '<>',
  gt: '>',
  gte: '>=',
  lt: '<',
  lte: '<=',
  like: 'like',
  ilike: 'ilike',
  match: '~',
  imatch: '~*',
  cs: '@>',
  cd: '<@',
  ov: '&&',
  sl: '<<',
  sr: '>>',
  nxr: '&<',
  nxl: '&>',
  adj: '-|-',
  isdistinct: 'IS DISTINCT FROM',
}

export const searches: Readonly<Record<string, string>> = {
  fts: 'to_tsquery',
  plfts: 'plainto_tsquery',
  phfts: 'phraseto_tsquery',
  wfts: 'websearch_to_tsquery',
}

const isValues: Readonly<Record<string, string>> = {
  null: 'NULL',
  not_null: 'NOT NULL',
  true: 'TRUE',
  false: 'FALSE',
  unknown: 'UNKNOWN',
}

/** Conditions nested deeper than any client writes are refused, so that the stack is bounded. */
const maxDepth = 20

/** `eq.5`, `not.in.(1,2)`: the value of a parameter named after a column. */
export function parseFilter(field: Field, text: string): Condition {
  const cursor = new Cursor(text, 'filter')
  const condition = operation(field, cursor, (c) => c.rest())
  cursor.end()
  return condition
}

/** `(a.eq.1,and(b.gt.2,c.is.null))`: the value of `or`, `and`, `not.or`, `not.and`. */
export function parseLogic(kind: 'and' | 'or', not: boolean, text: string): Condition {
  const cursor = new Cursor(text, 'logic tree')
  const conditions = list(cursor, 0)
  cursor.end()
  return { kind, not, conditions }
}

function list(cursor: Cursor, depth: number): Condition[] {
  if (depth > maxDepth) cursor.fail(`at most ${maxDepth} levels`)
  cursor.expect('(')
  const conditions = [member(cursor, depth)]
  while (cursor.take(',')) conditions.push(member(cursor, depth))
  cursor.expect(')')
  return conditions
}

function member(cursor: Cursor, depth: number): Condition {
  const group = cursor.match(/(not\.)?(and|or)(?=\()/)
  if (group) {
    const kind = group[2] === 'or' ? 'or' : 'and'
    return { kind, not: group[1] !== undefined, conditions: list(cursor, depth + 1) }
  }
  const field = parseField(cursor)
  cursor.expect('.')
  return operation(field, cursor, memberValue)
}

/** In a list a value ends at a comma or bracket, unless it is quoted or inside its own brackets. */
function memberValue(cursor: Cursor): string {
  const quoted = cursor.quoted()
  if (quoted !== undefined) return quoted
  return cursor.match(/(?:\{(?:[^{}"]|"(?:[^"\\]|\\.)*")*\}|[[(][^\])]*[\])]|[^,()])*/)?.[0] ?? ''
}

function operation(field: Field, cursor: Cursor, readValue: (c: Cursor) => string): Condition {
  const not = cursor.take('not.')
  const operator = cursor.match(/[a-z]+/)?.[0] ?? ''
  const language = cursor.match(/\(([\p{L}\p{N}_]+)\)/u)?.[1]
  cursor.expect('.')
  if (operator === 'in') return { kind: 'in', field, not, values: inValues(cursor) }
  const value = readValue(cursor)
  if (operator === 'is') {
    const keyword = isValues[value.toLowerCase()]
    if (keyword === undefined) cursor.fail(Object.keys(isValues).join(', '))
    return { kind: 'is', field, not, value: keyword }
  }
  if (Object.hasOwn(searches, operator)) {
    return { kind: 'search', field, not, operator, language, value }
  }
  if (!Object.hasOwn(comparisons, operator) || language !== undefined) {
    cursor.fail('"not" or operator (eq, gt, ...)')
  }
  return { kind: 'compare', field, not, operator, value }
}

function inValues(cursor: Cursor): string[] {
  cursor.expect('(')
  const values: string[] = []
  do values.push(cursor.quoted() ?? cursor.match(/[^,)"]*/)?.[0] ?? '')
  while (cursor.take(','))
  cursor.expect(')')
  return values.length === 1 && values[0] === '' ? [] : values
}

/** `metadata->owner->>name` */
export function parseField(cursor: Cursor): Field {
  const field: Field = { name: cursor.name(), path: [] }
  for (let arrow = cursor.match(/->>?/); arrow; arrow = cursor.match(/->>?/)) {
    field.path.push({ arrow: arrow[0] === '->>' ? '->>' : '->', key: cursor.name() })
  }
  return field
}
