import { conditionSql, type Source, whereSql } from './condition-sql.ts'
import type { Payload } from './payload.ts'
import type { Query } from './query.ts'
import { exposedSchema, type Table } from './schema-cache.ts'
import { empty, type Fragment, join, name, raw, sql, value } from './sql-fragment.ts'

const jsonOid = 114
const jsonbOid = 3802

/** What to do about rows that exist already. */
export interface OnConflict {
  resolution: 'merge' | 'ignore'
  /** Empty: nothing to conflict with. */
  columns: string[]
}

export interface WriteOptions {
  table: Table
  query: Query
  /** Whether the rows written come back. */
  returning: boolean
}

export function insertSql(
  { table, query, returning }: WriteOptions,
  payload: Payload,
  onConflict: OnConflict | undefined,
): Fragment {
  const target = name(exposedSchema, table.name)
  const columns = payload.columns.map((column) => name(column))
  const list = columns.length === 0 ? raw(' ') : sql`(${join(columns, ', ')}) `
  const picked = payload.columns.map((column) => name('pgrst_body', column))
  const merging = onConflict?.resolution === 'merge'
  return sql`INSERT INTO ${target}${list}SELECT ${join(picked, ', ')} ${fromBody(table.columns, payload)}${
    merging ? sql`WHERE ${countInserted('+', '0')}` : empty
  }${conflictSql(onConflict, columns)} ${returningSql(target, query, returning)}`
}

export function updateSql({ table, query, returning }: WriteOptions, payload: Payload): Fragment {
  const target = name(exposedSchema, table.name)
  if (payload.columns.length === 0) return sql`SELECT ${target}.* FROM ${target} WHERE false`
  const assigned = payload.columns.map(
    (column) => sql`${name(column)} = ${name('pgrst_body', column)}`,
  )
  const from = fromBody(table.columns, payload, { limitOne: false })
  return sql`UPDATE ${target} SET ${join(assigned, ', ')} ${from}${filtered(target, table, query)} ${returningSql(target, query, returning)}`
}

export function deleteSql({ table, query, returning }: WriteOptions): Fragment {
  const target = name(exposedSchema, table.name)
  return sql`DELETE FROM ${target} ${filtered(target, table, query)} ${returningSql(target, query, returning)}`
}

/** The rows of a JSON body, as a relation `pgrst_body`. */
export function fromBody(
  columns: readonly { name: string; type: string; default?: string | null }[],
  payload: Payload,
  { limitOne = false }: { limitOne?: boolean } = {},
): Fragment {
  const { isArray, missingAsDefault } = payload
  const json = missingAsDefault ? 'jsonb' : 'json'
  const body = value(payload.json, missingAsDefault ? jsonbOid : jsonOid)
  const known = payload.columns.map(
    (wanted) => columns.find((c) => c.name === wanted) ?? { name: wanted, type: 'text' },
  )
  const source = missingAsDefault ? 'pgrst_json_defs.val' : 'pgrst_payload.json_data'
  const defaults = missingAsDefault ? defaultsSql(known, isArray) : empty
  const typed = known.map((column) => sql`${name(column.name)} ${raw(column.type)}`)
  const rows =
    known.length === 0
      ? raw(isArray ? `${json}_array_elements(${source}) _ ` : '(values(1)) _ ')
      : sql`${raw(`${json}_to_record${isArray ? 'set' : ''}(${source})`)} AS _(${join(typed, ', ')}) ${raw(limitOne ? 'LIMIT 1' : '')}`
  const picked = join(
    known.map((column) => name(column.name)),
    ', ',
  )
  return sql`FROM (SELECT ${body} AS json_data) pgrst_payload, ${defaults}LATERAL (SELECT ${picked} FROM ${rows}) pgrst_body `
}

function defaultsSql(
  columns: readonly { name: string; default?: string | null }[],
  isArray: boolean,
): Fragment {
  const pairs = columns.flatMap((column) =>
    column.default ? [`'${column.name.replaceAll("'", "''")}', ${column.default}`] : [],
  )
  const object = raw(`jsonb_build_object(${pairs.join(',')})`)
  return isArray
    ? sql`LATERAL (SELECT jsonb_agg(${object} || elem) AS val from jsonb_array_elements(pgrst_payload.json_data) elem) pgrst_json_defs, `
    : sql`LATERAL (SELECT ${object} || pgrst_payload.json_data AS val) pgrst_json_defs, `
}

function conflictSql(onConflict: OnConflict | undefined, columns: readonly Fragment[]): Fragment {
  if (onConflict === undefined || onConflict.columns.length === 0) return empty
  const on = join(
    onConflict.columns.map((column) => name(column)),
    ', ',
  )
  if (onConflict.resolution === 'ignore' || columns.length === 0) {
    return sql` ON CONFLICT(${on}) DO NOTHING`
  }
  const assigned = columns.map((column) => sql`${column} = EXCLUDED.${column}`)
  return sql` ON CONFLICT(${on}) DO UPDATE SET ${join(assigned, ', ')}WHERE ${countInserted('-', '-1')}`
}

/** PostgREST counts inserted rows in a setting, so that an upsert can answer 201 or 200. */
function countInserted(sign: '+' | '-', never: string): Fragment {
  return raw(
    `set_config('pgrst.inserted', (coalesce(nullif(current_setting('pgrst.inserted', true), '')::int, 0) ${sign} 1)::text, true) <> '${never}'`,
  )
}

function filtered(target: Fragment, table: Table, query: Query): Fragment {
  const source: Source = { qualifier: target, table }
  return whereSql(query.where.map((condition) => conditionSql(source, condition)))
}

function returningSql(target: Fragment, query: Query, returning: boolean): Fragment {
  if (!returning) return raw('RETURNING 1')
  const names = query.select.map((item) => (item.kind === 'column' ? item.field.name : '*'))
  const columns = names.length === 0 || names.includes('*') ? ['*'] : [...new Set(names)]
  const picked = columns.map((column) => sql`${target}.${column === '*' ? raw('*') : name(column)}`)
  return sql`RETURNING ${join(picked, ', ')}`
}
