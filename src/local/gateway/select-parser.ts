import { notImplemented } from './api-error.ts'
import { parseField } from './condition-parser.ts'
import { Cursor } from './cursor.ts'
import type { OrderTerm, SelectItem } from './query.ts'

/** Embeddings nested deeper than this are refused, so that the stack is bounded. */
const maxDepth = 8

/** `id,owner:author_id,members!inner(role),total::text` */
export function parseSelect(text: string): SelectItem[] {
  if (text.trim() === '') return []
  const cursor = new Cursor(text, 'select parameter')
  const items = itemList(cursor, 0)
  cursor.end()
  return items
}

function itemList(cursor: Cursor, depth: number): SelectItem[] {
  if (depth > maxDepth) cursor.fail(`at most ${maxDepth} levels`)
  const items = [item(cursor, depth)]
  while (cursor.take(',')) items.push(item(cursor, depth))
  return items
}

function item(cursor: Cursor, depth: number): SelectItem {
  cursor.match(/\s+/)
  if (cursor.take('...')) throw notImplemented('spread embeddings')
  if (cursor.take('*')) return { kind: 'all' }
  let field = parseField(cursor)
  let alias: string | undefined
  if (cursor.match(/:(?!:)/)) {
    alias = field.name
    field = parseField(cursor)
  }
  const hints: string[] = []
  while (cursor.take('!')) hints.push(cursor.name())
  if (cursor.take('(')) {
    const select = cursor.take(')') ? [] : itemList(cursor, depth + 1)
    if (select.length > 0) cursor.expect(')')
    const hint = hints.find((h) => h !== 'inner' && h !== 'left')
    const inner = hints.includes('inner')
    return { kind: 'embed', relation: field.name, alias, hint, inner, select }
  }
  if (hints.length > 0) cursor.fail('"("')
  if (cursor.match(/\.(?:count|sum|avg|min|max)\(\)/)) throw notImplemented('aggregate functions')
  const cast = cursor.take('::') ? cursor.match(/[\p{L}\p{N}_ ]+/u)?.[0] : undefined
  return { kind: 'column', field, alias, cast }
}

/** `created_at.desc.nullslast,id` */
export function parseOrder(text: string): OrderTerm[] {
  const cursor = new Cursor(text, 'order')
  const terms = [orderTerm(cursor)]
  while (cursor.take(',')) terms.push(orderTerm(cursor))
  cursor.end()
  return terms
}

function orderTerm(cursor: Cursor): OrderTerm {
  const field = parseField(cursor)
  if (cursor.take('(')) throw notImplemented('ordering by an embedded resource')
  const direction = cursor.match(/\.(asc|desc)(?=[.,]|$)/)?.[1]
  const nulls = cursor.match(/\.nulls(first|last)(?=,|$)/)?.[1]
  return {
    field,
    direction: direction === undefined ? undefined : direction === 'asc' ? 'ASC' : 'DESC',
    nulls: nulls === undefined ? undefined : nulls === 'first' ? 'NULLS FIRST' : 'NULLS LAST',
  }
}
