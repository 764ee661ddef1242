import { ApiError, notImplemented, parseError } from './api-error.ts'
import type { ApiRequest } from './api-request.ts'
import { type Arguments, callSql, findRoutine, returnsScalar } from './call-sql.ts'
import { Cursor } from './cursor.ts'
import { readArguments, readPayload } from './payload.ts'
import type { Query } from './query.ts'
import { parseQuery } from './query-parser.ts'
import { countSql, readReturnedSql, readSql } from './read-sql.ts'
import { exposedSchema, type Routine, type SchemaCache, type Table } from './schema-cache.ts'
import { type Fragment, name, sql } from './sql-fragment.ts'
import { callStatement, readStatement, writeStatement } from './statement-sql.ts'
import { deleteSql, insertSql, type OnConflict, updateSql } from './write-sql.ts'

/** What is to be run for a request, and what its answer depends on. */
export interface Plan {
  statement: Fragment
  readOnly: boolean
  /** Settings that the called function brings along. */
  settings: Record<string, string>
  query: Query
  /** Set for calls. */
  routine?: Routine
  /** Set for upserts with something to conflict with. */
  onConflict?: OnConflict
}

/** Turns the parsed request into SQL, with the names checked against the schema cache. */
export function planRequest(request: ApiRequest, query: Query, cache: SchemaCache): Plan {
  const { count } = request.preferences
  if (count === 'planned' || count === 'estimated') throw notImplemented(`count=${count}`)
  if (request.kind === 'rpc') return planCall(request, query, cache)
  const table = findTable(cache, request.name)
  const reads = request.method === 'GET' || request.method === 'HEAD'
  return reads ? planRead(request, table, query, cache) : planWrite(request, table, query, cache)
}

/** The query string; for `GET /rpc/…` the names of parameters are arguments, not columns. */
export function parseRequest(request: ApiRequest, cache: SchemaCache): Query {
  const argumentNames = request.kind === 'rpc' ? parameterNames(request, cache) : new Set<string>()
  const query = parseQuery(request.parameters, (key) => argumentNames.has(key))
  const isRead = request.method === 'GET' || request.kind === 'rpc'
  return request.range !== undefined && isRead ? { ...query, ...request.range } : query
}

function parameterNames(request: ApiRequest, cache: SchemaCache): Set<string> {
  if (request.method === 'POST') return new Set()
  const routines = cache.routines.get(request.name) ?? []
  return new Set(routines.flatMap(({ parameters }) => parameters.map((p) => p.name)))
}

function findTable(cache: SchemaCache, wanted: string): Table {
  const table = cache.tables.get(wanted)
  if (table !== undefined) return table
  const message = `Could not find the table '${exposedSchema}.${wanted}' in the schema cache`
  throw new ApiError(404, 'PGRST205', message)
}

function planRead(request: ApiRequest, table: Table, query: Query, cache: SchemaCache): Plan {
  const count = request.preferences.count && countSql(cache, table.name, query)
  const shape = { single: request.single, bodyless: request.method === 'HEAD', count }
  const statement = readStatement(readSql(cache, table.name, query), shape)
  return { statement, readOnly: true, settings: {}, query }
}

function planWrite(request: ApiRequest, table: Table, query: Query, cache: SchemaCache): Plan {
  if (query.limit !== undefined || query.offset > 0) throw notImplemented('limited writes')
  const returning = request.preferences.representation === 'full'
  const options = { table, query, returning }
  const onConflict = request.method === 'POST' ? readConflict(request, table) : undefined
  const write = (): Fragment => {
    if (request.method === 'DELETE') return deleteSql(options)
    const { missingAsDefault } = request.preferences
    const payload = readPayload(request.body, readColumns(request, table), missingAsDefault)
    return request.method === 'PATCH'
      ? updateSql(options, payload)
      : insertSql(options, payload, onConflict)
  }
  const returned = { ...query, where: [] }
  const select = returning ? readReturnedSql(cache, table.name, returned) : undefined
  const statement = writeStatement(write(), select, {
    single: request.single,
    counting: onConflict?.resolution === 'merge',
  })
  return { statement, readOnly: false, settings: {}, query, ...(onConflict && { onConflict }) }
}

function readConflict(
  { parameters, preferences }: ApiRequest,
  table: Table,
): OnConflict | undefined {
  if (preferences.resolution === undefined) return undefined
  const given = parameters.get('on_conflict')
  const columns = given === null ? table.primaryKey : nameList(given, 'on_conflict')
  return { resolution: preferences.resolution, columns }
}

function readColumns({ parameters }: ApiRequest, table: Table): string[] | undefined {
  const given = parameters.get('columns')
  if (given === null) return undefined
  const columns = nameList(given, 'columns')
  const unknown = columns.find((wanted) => table.columns.every((column) => column.name !== wanted))
  if (unknown === undefined) return columns
  const message = `Could not find the '${unknown}' column of '${table.name}' in the schema cache`
  throw new ApiError(400, 'PGRST204', message)
}

function nameList(text: string, what: string): string[] {
  const cursor = new Cursor(text, what)
  const names = [cursor.name()]
  while (cursor.take(',')) names.push(cursor.name())
  if (!cursor.done) throw parseError(what, text, 'names')
  return names
}

function planCall(request: ApiRequest, query: Query, cache: SchemaCache): Plan {
  const given = givenArguments(request, cache)
  const names = 'values' in given ? [...given.values.keys()] : given.names
  const routine = findRoutine(cache, request.name, names)
  const select = returnsScalar(routine)
    ? sql`SELECT ${name(routine.name)}."pgrst_scalar" FROM "pgrst_source" AS ${name(routine.name)}`
    : readReturnedSql(cache, routine.table ?? routine.name, query, routine.name)
  const count = request.preferences.count && sql`SELECT 1 FROM pgrst_source`
  const statement = callStatement(callSql(routine, given), select, routine, {
    single: request.single,
    bodyless: request.method === 'HEAD',
    count,
  })
  const { statementTimeout } = routine
  return {
    statement,
    readOnly: request.method !== 'POST' || !routine.volatile,
    settings: statementTimeout === null ? {} : { statement_timeout: statementTimeout },
    query,
    routine,
  }
}

function givenArguments(request: ApiRequest, cache: SchemaCache): Arguments {
  if (request.method === 'POST') {
    const names = Object.keys(readArguments(request.body))
    return { json: request.body, names }
  }
  const known = parameterNames(request, cache)
  return { values: new Map([...request.parameters].filter(([key]) => known.has(key))) }
}
