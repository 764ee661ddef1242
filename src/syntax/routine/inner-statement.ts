import type { A_Const, ColumnRef, FuncCall, Node, RangeVar } from '@pgsql/types'
import { fingerprint } from '../fingerprint.ts'
import { around, type Place, walk } from '../walk.ts'

/** A statement, or an expression that asks tables, in the body of a routine. */
export interface InnerStatement {
  /** As it is written: with its constants. */
  text: string
  /** Null if it can't be told. */
  fingerprint: string | null
  verb: 'select' | 'insert' | 'update' | 'delete' | 'merge' | 'other'
  /** Line of the body, from 1; null if it is not known. */
  line: number | null
  /** As written: `orders`, `app.orders`. */
  tables: readonly string[]
  /** Columns that its conditions speak of; the table is empty where that can't be told. */
  filters: readonly { table: string; column: string }[]
  /** Names of the functions that it calls, as written. */
  calls: readonly string[]
  /** It changes rows, locks them, or does more than a query. */
  writes: boolean
  /** Tables that an update or delete of it changes without a condition. */
  unbounded: readonly string[]
  /** It returns all columns of what it reads. */
  star: boolean
  /** Functions about the caller that a condition asks once a row: `auth.uid`. */
  perRow: readonly string[]
  /** It counts rows only to learn whether there are any. */
  countsToExist: boolean
  /** It returns a count of rows and nothing else. */
  counts: boolean
}

/** What is asked of one statement besides its tree. */
export interface StatementContext {
  text: string
  line: number | null
  expression: boolean
  /** Names that stand for variables where no table has such a column. */
  variables: ReadonlySet<string>
}

const verbs: Readonly<Record<string, InnerStatement['verb']>> = {
  SelectStmt: 'select',
  InsertStmt: 'insert',
  UpdateStmt: 'update',
  DeleteStmt: 'delete',
  MergeStmt: 'merge',
}

/** Functions of Supabase that tell who calls, and the setting that they read. */
const callerFunctions = ['auth.uid', 'auth.jwt', 'auth.role', 'auth.email', 'current_setting']

/** Reads what rules want to know out of a statement's tree. */
export function innerStatement(tree: Node, context: StatementContext): InnerStatement {
  const kind = Object.keys(tree)[0] ?? ''
  const seen = look(tree)
  const tables = [...new Set(seen.relations.map(relationName))]
  const others = kind !== 'SelectStmt' && !context.expression
  return {
    text: context.text,
    // An expression runs as if it were selected.
    fingerprint: fingerprint(context.expression ? `select ${context.text}` : context.text),
    verb: context.expression ? 'select' : (verbs[kind] ?? 'other'),
    line: context.line,
    tables,
    filters: filters(seen, context.variables),
    calls: [...new Set(seen.calls.map(({ node }) => functionName(node)))],
    writes: others || seen.writes,
    unbounded: seen.unbounded.map(relationName),
    star: isStar(tree),
    perRow: [...new Set(seen.calls.filter(isPerRow).map(({ node }) => functionName(node)))],
    countsToExist: seen.countsToExist,
    counts: isCount(tree),
  }
}

interface Seen {
  relations: RangeVar[]
  aliases: Map<string, string>
  conditions: Place<'ColumnRef'>[]
  calls: Place<'FuncCall'>[]
  unbounded: RangeVar[]
  writes: boolean
  countsToExist: boolean
}

function look(tree: Node): Seen {
  const ctes = new Set<string>()
  const seen: Seen = {
    relations: [],
    aliases: new Map(),
    conditions: [],
    calls: [],
    unbounded: [],
    writes: false,
    countsToExist: false,
  }
  const change = ({ relation, whereClause }: { relation?: RangeVar; whereClause?: Node }): void => {
    seen.writes = true
    if (relation !== undefined && whereClause === undefined) seen.unbounded.push(relation)
  }
  walk(tree, {
    CommonTableExpr: ({ ctename = '' }) => ctes.add(ctename),
    RangeVar: (node) => {
      const name = relationName(node)
      seen.aliases.set(node.alias?.aliasname ?? node.relname ?? '', name)
      seen.relations.push(node)
    },
    FuncCall: (_, place) => seen.calls.push(place),
    ColumnRef: (_, place) => (isCondition(place) ? seen.conditions.push(place) : undefined),
    UpdateStmt: change,
    DeleteStmt: change,
    InsertStmt: () => {
      seen.writes = true
    },
    MergeStmt: () => {
      seen.writes = true
    },
    LockingClause: () => {
      seen.writes = true
    },
    A_Expr: (node) => {
      if (asksForAny(node.name, node.lexpr, node.rexpr)) seen.countsToExist = true
    },
  })
  const isTable = ({ schemaname, relname = '' }: RangeVar): boolean =>
    schemaname !== undefined || !ctes.has(relname)
  return {
    ...seen,
    relations: seen.relations.filter(isTable),
    unbounded: seen.unbounded.filter(isTable),
  }
}

function relationName({ schemaname, relname = '' }: RangeVar): string {
  return schemaname === undefined ? relname : `${schemaname}.${relname}`
}

function functionName({ funcname = [] }: FuncCall): string {
  return funcname.map(stringOf).join('.')
}

function stringOf(node: Node): string {
  return 'String' in node ? (node.String.sval ?? '') : ''
}

/** It stands in a condition, and not in a sub-select of one. */
function isCondition(place: Place): boolean {
  for (const { field, name } of around(place)) {
    if (field === 'whereClause' || field === 'quals') return true
    if (name === 'SelectStmt') return false
  }
  return false
}

/** It is asked again for each row: the statement whose condition it stands in reads tables. */
function isPerRow(place: Place<'FuncCall'>): boolean {
  if (!callerFunctions.includes(functionName(place.node))) return false
  let inCondition = false
  for (const { field, name, node } of around(place)) {
    if (name === 'SelectStmt' || name === 'UpdateStmt' || name === 'DeleteStmt') {
      const reads = name !== 'SelectStmt' || ('fromClause' in node && node.fromClause !== undefined)
      return inCondition && reads
    }
    if (field === 'whereClause' || field === 'quals') inCondition = true
  }
  return false
}

function filters(seen: Seen, variables: ReadonlySet<string>): InnerStatement['filters'] {
  const only = new Set(seen.aliases.values()).size === 1 ? [...seen.aliases.values()][0] : undefined
  const found = seen.conditions.flatMap(({ node }) => {
    const path = columnPath(node)
    const column = path.at(-1)
    if (column === undefined) return []
    const table = path.length > 1 ? seen.aliases.get(path.at(-2) ?? '') : (only ?? '')
    const isVariable = path.length === 1 && variables.has(column)
    return table === undefined || isVariable ? [] : [{ table, column }]
  })
  return [...new Map(found.map((one) => [`${one.table}.${one.column}`, one])).values()]
}

/** Null fields stand for `*`. */
function columnPath({ fields = [] }: ColumnRef): string[] {
  return fields.every((field) => 'String' in field) ? fields.map(stringOf) : []
}

function isStar(tree: Node): boolean {
  const select = 'SelectStmt' in tree ? tree.SelectStmt : undefined
  return (select?.targetList ?? []).some((target) => {
    const value = 'ResTarget' in target ? target.ResTarget.val : undefined
    const fields = value && 'ColumnRef' in value ? (value.ColumnRef.fields ?? []) : []
    return fields.some((field) => 'A_Star' in field)
  })
}

/** `select count(*) from …`, and nothing more. */
function isCount(tree: Node | undefined): boolean {
  const select = tree && 'SelectStmt' in tree ? tree.SelectStmt : undefined
  const [target, ...others] = select?.targetList ?? []
  if (target === undefined || others.length > 0 || select?.groupClause !== undefined) return false
  const value = 'ResTarget' in target ? target.ResTarget.val : undefined
  const call = value && 'FuncCall' in value ? value.FuncCall : undefined
  return call !== undefined && functionName(call) === 'count' && select?.fromClause !== undefined
}

/** A comparison of a count that any row decides: `> 0`, `>= 1`, `= 0`, `<> 0`, `< 1`, either way round. */
function asksForAny(
  name: Node[] | undefined,
  left: Node | undefined,
  right: Node | undefined,
): boolean {
  const operator = (name ?? []).map(stringOf).join('.')
  if (isCountQuery(left)) return asks.includes(`${operator}${number(right)}`)
  return isCountQuery(right) && asks.includes(`${mirrored[operator] ?? operator}${number(left)}`)
}

/** Operators and the number behind them. */
export const asks: readonly string[] = ['>0', '>=1', '=0', '<>0', '!=0', '<1', '<=0']
const mirrored: Readonly<Record<string, string>> = { '<': '>', '>': '<', '<=': '>=', '>=': '<=' }

function isCountQuery(node: Node | undefined): boolean {
  const link = node && 'SubLink' in node ? node.SubLink : undefined
  return link?.subLinkType === 'EXPR_SUBLINK' && isCount(link.subselect)
}

function number(node: Node | undefined): string {
  const constant: A_Const | undefined = node && 'A_Const' in node ? node.A_Const : undefined
  return constant?.ival === undefined ? '' : String(constant.ival.ival ?? 0)
}
