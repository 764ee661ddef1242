import { comparisons, searches } from './condition-parser.ts'
import type { Condition, Field, OrderTerm } from './query.ts'
import type { Column, Table } from './schema-cache.ts'
import { empty, type Fragment, join, name, raw, sql, value } from './sql-fragment.ts'

/** What columns belong to: how SQL calls it here, and what is known of it. */
export interface Source {
  qualifier: Fragment
  table: Table | undefined
}

export function whereSql(conditions: readonly Fragment[]): Fragment {
  return conditions.length === 0 ? empty : sql` WHERE ${join(conditions, ' AND ')}`
}

/** The double spaces are PostgREST's: its statements are told apart by their text. */
export function conditionSql(source: Source, condition: Condition): Fragment {
  const not = raw(condition.not ? 'NOT' : '')
  if ('conditions' in condition) {
    const parts = condition.conditions.map((inner) => conditionSql(source, inner))
    return sql`${not} (${join(parts, condition.kind === 'and' ? ' AND ' : ' OR ')})`
  }
  const field = fieldSql(source, condition.field)
  switch (condition.kind) {
    case 'is':
      return sql`${not} ${field} IS ${raw(condition.value)}`
    case 'in':
      return condition.values.length === 0
        ? sql`${not} ${field} = ANY('{}') `
        : sql`${not} ${field} = ANY (${value(arrayLiteral(condition.values))}) `
    case 'search': {
      const language =
        condition.language === undefined ? empty : sql`${value(condition.language)}, `
      const search = raw(searches[condition.operator] ?? '')
      const left = isVector(source, condition.field) ? field : sql`to_tsvector(${language}${field})`
      return sql`${not} ${left} @@ ${search}(${language}${value(condition.value)}) `
    }
    case 'compare': {
      const like = condition.operator === 'like' || condition.operator === 'ilike'
      const operand = like ? condition.value.replaceAll('*', '%') : condition.value
      return sql`${not} ${field} ${raw(comparisons[condition.operator] ?? '')} ${value(operand)}`
    }
  }
}

export function orderSql(source: Source, terms: readonly OrderTerm[]): Fragment {
  if (terms.length === 0) return empty
  const parts = terms.map((term) => {
    const how = [term.direction, term.nulls].filter((word) => word !== undefined).join(' ')
    return sql`${fieldSql(source, term.field)} ${raw(how)}`
  })
  return sql`ORDER BY ${join(parts, ', ')}`
}

export function limitSql(limit: number | undefined, offset: number): Fragment {
  if (limit === undefined && offset === 0) return empty
  const count = limit === undefined ? raw('ALL') : value(String(limit))
  return sql` LIMIT ${count} OFFSET ${value(String(offset))}`
}

export function fieldSql(source: Source, field: Field): Fragment {
  const column = sql`${source.qualifier}.${name(field.name)}`
  if (field.path.length === 0) return column
  const isJson = /^jsonb?$/.test(columnOf(source, field)?.type ?? '')
  const steps = field.path.flatMap(({ arrow, key }) => [
    arrow,
    ...value(key),
    ...(/^-?\d+$/.test(key) ? ['::int'] : []),
  ])
  return [...(isJson ? column : sql`to_jsonb(${column})`), ...steps]
}

function columnOf(source: Source, field: Field): Column | undefined {
  return source.table?.columns.find((column) => column.name === field.name)
}

function isVector(source: Source, field: Field): boolean {
  return columnOf(source, field)?.type === 'tsvector'
}

/** An array as one parameter, so that the number of its values does not change the statement. */
function arrayLiteral(values: readonly string[]): string {
  const quoted = values.map((text) => `"${text.replace(/["\\]/g, '\\$&')}"`)
  return `{${quoted.join(',')}}`
}
