import type { IndexFacts, PolicyExpression, PolicyFacts, TableFacts } from '../../facts/index.ts'
import { around, type NodeTypes, type Place, type SyntaxTree, walk } from '../../syntax/index.ts'
import { type ColumnName, columnName, examine } from './expression.ts'
import type { Surroundings } from './surroundings.ts'

/** What an index must be led by to answer a comparison. */
interface Comparison {
  column: ColumnName
  /** The type that the column is cast to, if it is. */
  cast: string | null
  operator: string
}

const ordered: ReadonlySet<string> = new Set(['=', '<', '<=', '>', '>='])

/**
 * Whether an index finds the rows that a comparison with this call lets through: then the call is
 * run once a scan, wrapped or not.
 */
export function isIndexCondition(
  policy: PolicyFacts,
  expression: PolicyExpression,
  call: Place<'FuncCall'>,
  around: Surroundings,
): boolean {
  const comparison = comparisonWith(call)
  if (comparison === null) return false
  return (
    indexFor(comparison, tableOf(policy, expression, comparison.column, around), around) !==
    undefined
  )
}

/** The table whose rows a call is run for: the one whose sub-select it stands in. */
export function scannedTable(
  policy: PolicyFacts,
  expression: PolicyExpression,
  call: Place<'FuncCall'>,
  surroundings: Surroundings,
): TableFacts | undefined {
  const own = surroundings.tableByOid(policy.tableOid)
  const select = [...around(call)].find(({ name }) => name === 'SelectStmt')
  if (select === undefined) return own
  const aliases = new Set<string>()
  walk({ SelectStmt: select.node } as SyntaxTree, {
    SubLink: () => 'skip',
    RangeVar: ({ relname = '', alias }) => aliases.add(alias?.aliasname ?? relname),
  })
  const tables = examine(expression, policy.table)
    .reads.filter(({ alias }) => aliases.has(alias))
    .map(({ schema, table }) => surroundings.table(schema, table))
  // A sub-select without a table of its own is run for the rows around it.
  if (tables.length === 0) return own
  return tables.toSorted((a, b) => (surroundings.rows(b) ?? 0) - (surroundings.rows(a) ?? 0))[0]
}

/**
 * Whether some condition that every row must meet finds its rows by an index: then what else the
 * policy computes is computed for few rows.
 */
export function isNarrowed(
  policy: PolicyFacts,
  expression: PolicyExpression,
  surroundings: Surroundings,
): boolean {
  if (expression.tree === null) return false
  const table = surroundings.tableByOid(policy.tableOid)
  return conjuncts(expression.tree).some((tree) => {
    const comparison = 'A_Expr' in tree ? comparisonIn(tree.A_Expr) : inSubSelect(tree)
    if (comparison === null || !isOwn(comparison.column, policy)) return false
    return indexFor(comparison, table, surroundings) !== undefined
  })
}

/** Conditions that must all be met. */
export function conjuncts(tree: SyntaxTree): SyntaxTree[] {
  if (!('BoolExpr' in tree) || tree.BoolExpr.boolop !== 'AND_EXPR') return [tree]
  return (tree.BoolExpr.args ?? []).flatMap(conjuncts)
}

function comparisonWith(call: Place<'FuncCall'>): Comparison | null {
  const [, ...outer] = around(call)
  const comparison = outer.find(({ name }) => name === 'A_Expr')
  if (comparison === undefined) return null
  // What lies above must not offer another way to be true.
  const above = [...around(comparison)].slice(1)
  const query = above.findIndex(({ name }) => name === 'SelectStmt')
  const between = query === -1 ? above : above.slice(0, query)
  if (!between.every(isConjunction)) return null
  return comparisonIn(comparison.node as NodeTypes['A_Expr'])
}

function isConjunction({ name, node }: Place): boolean {
  return name === 'BoolExpr' && (node as NodeTypes['BoolExpr']).boolop === 'AND_EXPR'
}

/** `column = something that has no column of a table`, either way round. */
function comparisonIn({ name = [], kind, lexpr, rexpr }: NodeTypes['A_Expr']): Comparison | null {
  const [operator] = name.map((part) => ('String' in part ? (part.String.sval ?? '') : ''))
  if (kind !== 'AEXPR_OP' && kind !== 'AEXPR_OP_ANY') return null
  if (operator === undefined || !ordered.has(operator)) return null
  for (const [side, other] of [
    [lexpr, rexpr],
    [rexpr, lexpr],
  ]) {
    const found = side && columnUnder(side)
    if (found && other && !hasOuterColumn(other)) return { ...found, operator }
  }
  return null
}

/** `column in (select …)`, where the sub-select is the same for all rows. */
function inSubSelect(tree: SyntaxTree): Comparison | null {
  if (!('SubLink' in tree) || tree.SubLink.subLinkType !== 'ANY_SUBLINK') return null
  const { testexpr, subselect } = tree.SubLink
  const found = testexpr && columnUnder(testexpr)
  if (!found || subselect === undefined || hasOuterColumn(subselect)) return null
  return { ...found, operator: '=' }
}

/** A column, also under a cast: which of these an index sees through is for its type to say. */
function columnUnder(tree: SyntaxTree): Pick<Comparison, 'column' | 'cast'> | null {
  if ('ColumnRef' in tree) return { column: columnName(tree.ColumnRef), cast: null }
  if (!('TypeCast' in tree)) return null
  const { arg, typeName } = tree.TypeCast
  if (arg === undefined || !('ColumnRef' in arg)) return null
  return { column: columnName(arg.ColumnRef), cast: typeNameOf(typeName) }
}

/** `text` of `pg_catalog.text`; the server prints `character varying` as `varchar`. */
export function typeNameOf(type: NodeTypes['TypeName'] | undefined): string {
  const last = type?.names?.at(-1)
  return last !== undefined && 'String' in last ? (last.String.sval ?? '') : ''
}

function hasOuterColumn(tree: SyntaxTree): boolean {
  const own = new Set<string>()
  const named: (string | null)[] = []
  walk(tree, {
    RangeVar: ({ relname = '', alias }) => own.add(alias?.aliasname ?? relname),
    ColumnRef: (node) => named.push(columnName(node).alias),
  })
  return named.some((alias) => (alias === null ? own.size === 0 : !own.has(alias)))
}

function isOwn({ alias }: ColumnName, { table }: PolicyFacts): boolean {
  return alias === null || alias === table
}

function tableOf(
  policy: PolicyFacts,
  expression: PolicyExpression,
  column: ColumnName,
  surroundings: Surroundings,
): TableFacts | undefined {
  if (isOwn(column, policy)) return surroundings.tableByOid(policy.tableOid)
  const read = examine(expression, policy.table).reads.find(({ alias }) => alias === column.alias)
  return read && surroundings.table(read.schema, read.table)
}

function indexFor(
  { column, cast, operator }: Comparison,
  table: TableFacts | undefined,
  surroundings: Surroundings,
): IndexFacts | undefined {
  if (cast !== null && !surroundings.isSameValue(table, column.column, cast)) return undefined
  return surroundings
    .indexes(table)
    .find((index) => leadsWith(index, column.column) && answers(index, operator))
}

/** Its first key is that column, for all rows. */
export function leadsWith(index: IndexFacts, column: string): boolean {
  const [first] = index.keys
  const name =
    first?.column === 0 ? null : first?.text.replace(/^"(.*)"$/, '$1').replace(/""/g, '"')
  return name === column && index.predicate === null && (index.valid || index.partitioned)
}

function answers({ method }: IndexFacts, operator: string): boolean {
  return method === 'btree' || (method === 'hash' && operator === '=')
}
