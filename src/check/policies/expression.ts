import type { PolicyExpression, PolicyFacts } from '../../facts/index.ts'
import { around, type NodeTypes, type Place, walk } from '../../syntax/index.ts'

/** A function that a policy's condition calls. */
export interface PolicyCall {
  /** `pg_catalog` where the text names none. */
  schema: string
  name: string
  arguments: number
  /** Byte of its first letter in the text that was parsed. */
  location: number
  place: Place<'FuncCall'>
  /** Columns of the policy's own table among its arguments. */
  ownColumns: readonly string[]
  /** Columns of any table among its arguments. */
  anyColumn: boolean
  /** Inside a sub-select that reads nothing of the rows around it: run once a query. */
  once: boolean
}

/** A table that a policy's condition reads. */
export interface PolicyRead {
  schema: string
  table: string
  /** As the condition calls it. */
  alias: string
  /** Its sub-select speaks of rows outside of it, and is run for each of these. */
  correlated: boolean
}

/** What a condition calls and reads. */
export interface ExpressionFacts {
  calls: readonly PolicyCall[]
  reads: readonly PolicyRead[]
  /** It holds a sub-select of any kind. */
  subSelects: boolean
}

const known = new WeakMap<PolicyExpression, Map<string, ExpressionFacts>>()

/** What a condition on a table does, worked out once. Nothing for what could not be parsed. */
export function examine(expression: PolicyExpression, table: string): ExpressionFacts {
  const byTable = known.get(expression) ?? new Map<string, ExpressionFacts>()
  known.set(expression, byTable)
  const facts = byTable.get(table) ?? examineAnew(expression, table)
  byTable.set(table, facts)
  return facts
}

/** The conditions of a policy. */
export function conditionsOf(policy: PolicyFacts): PolicyExpression[] {
  return [policy.using, policy.check].filter((one) => one !== null)
}

function examineAnew({ tree }: PolicyExpression, table: string): ExpressionFacts {
  const calls: PolicyCall[] = []
  const reads: PolicyRead[] = []
  let subSelects = false
  if (tree === null) return { calls, reads, subSelects }
  walk(tree, {
    SubLink() {
      subSelects = true
    },
    FuncCall(node, place) {
      const columns = columnsIn({ FuncCall: node }, place)
      calls.push({
        ...nameOfCall(node),
        arguments: node.args?.length ?? 0,
        location: node.location ?? 0,
        place,
        ownColumns: columns.flatMap((one) =>
          one.alias === null || one.alias === table ? one.column : [],
        ),
        anyColumn: columns.length > 0,
        once: isRunOnce(place),
      })
    },
    RangeVar(node, place) {
      const { schemaname, relname = '', alias } = node
      // Without a schema it is a query of its own (with …), or a table of the system.
      if (schemaname === undefined) return
      const correlated = [...around(place)].some((at) => isSubLink(at) && isCorrelated(at))
      reads.push({
        schema: schemaname,
        table: relname,
        alias: alias?.aliasname ?? relname,
        correlated,
      })
    },
  })
  return { calls, reads, subSelects }
}

function nameOfCall({ funcname = [] }: NodeTypes['FuncCall']): { schema: string; name: string } {
  const [name = '', schema = 'pg_catalog'] = funcname.map(nameIn).reverse()
  return { schema, name }
}

function nameIn(node: object): string {
  return 'String' in node ? ((node.String as { sval?: string }).sval ?? '') : ''
}

/** A column as the condition writes it; `alias` is null where nothing stands before its name. */
export interface ColumnName {
  alias: string | null
  column: string
}

/** The column that a reference names; `*` for a whole row. */
export function columnName({ fields = [] }: NodeTypes['ColumnRef']): ColumnName {
  const names = fields.map((field) => ('A_Star' in field ? '*' : nameIn(field)))
  return { alias: names.length > 1 ? (names.at(-2) ?? null) : null, column: names.at(-1) ?? '' }
}

/** Columns in a part of a condition, without those of sub-selects that it holds itself. */
function columnsIn(part: Parameters<typeof walk>[0], place: Place): ColumnName[] {
  const found: ColumnName[] = []
  const own = new Set<string>()
  walk(part, {
    RangeVar: ({ relname = '', alias }) => own.add(alias?.aliasname ?? relname),
    ColumnRef: (node) => found.push(columnName(node)),
  })
  // A bare name inside a sub-select is one of its own.
  const inside = [...around(place)].some(isSubLink)
  return found.filter(({ alias }) => (alias === null ? !inside : !own.has(alias)))
}

/** Any kind of sub-select. */
export function isSubLink(place: Place): place is Place<'SubLink'> {
  return place.name === 'SubLink'
}

/**
 * True within a sub-select that reads nothing of the rows around it, and is therefore run once a
 * query: anywhere in a scalar one, and in `in (select …)` where it is not run for rows of its own.
 */
function isRunOnce(call: Place): boolean {
  let inner = call
  let forOwnRows = false
  for (const place of around(call)) {
    if (isSubLink(place) && !isCorrelated(place)) {
      if (isScalar(place)) return true
      if (inner.field === 'subselect' && !forOwnRows) return true
    }
    if (runsForRows(place, inner)) forOwnRows = true
    inner = place
  }
  return false
}

/** What a select asks of each row that it reads, and joins compare: not what it reads from. */
function runsForRows(place: Place, part: Place): boolean {
  if (place.name === 'JoinExpr') return part.field === 'quals'
  if (place.name !== 'SelectStmt') return false
  const reads = (place as Place<'SelectStmt'>).node.fromClause ?? []
  return reads.length > 0 && part.field !== 'fromClause'
}

function isScalar({ node: { subLinkType } }: Place<'SubLink'>): boolean {
  return subLinkType === 'EXPR_SUBLINK' || subLinkType === 'ARRAY_SUBLINK'
}

/** The server qualifies every column in a sub-select, and gives no alias twice. */
export function isCorrelated(place: Place<'SubLink'>): boolean {
  const { subselect } = place.node
  if (subselect === undefined) return false
  const own = new Set<string>()
  const named: string[] = []
  walk(subselect, {
    Alias: ({ aliasname = '' }) => own.add(aliasname),
    RangeVar: ({ relname = '', alias }) => own.add(alias?.aliasname ?? relname),
    CommonTableExpr: ({ ctename = '' }) => own.add(ctename),
    ColumnRef(node) {
      const { alias } = columnName(node)
      if (alias !== null) named.push(alias)
    },
  })
  return named.some((alias) => !own.has(alias))
}
