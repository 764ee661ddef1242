import type { Node } from '@pgsql/types'

/** A parsed statement or expression. */
export type SyntaxTree = Node

export type NodeName = KeyOf<Node>

type KeyOf<Union> = Union extends unknown ? keyof Union : never

/** Every kind of node with its type: `{ SelectStmt: SelectStmt; RangeVar: RangeVar; … }`. */
export type NodeTypes = { [Name in NodeName]: Extract<Node, Record<Name, unknown>>[Name] }

/** A node where it stands. */
export interface Place<Name extends NodeName = NodeName> {
  name: Name
  node: NodeTypes[Name]
  /** The field of the parent that holds it: `whereClause`, `targetList`; empty for the root. */
  field: string
  /** Null for the root. */
  parent: Place | null
}

/** What to do at nodes of a kind; one that returns `'skip'` passes over what is inside. */
export type Visitor = {
  [Name in NodeName]?: (node: NodeTypes[Name], place: Place<Name>) => unknown
}

/**
 * Visits every node of a tree once, outer before inner, in the order in which they are stored
 * (which is not always that of the text). Works with a stack of its own: no tree is too deep.
 */
export function walk(tree: Node, visitor: Visitor): void {
  const stack: Place[] = rootOf(tree)
  for (let place = stack.pop(); place !== undefined; place = stack.pop()) {
    const visit = visitor[place.name] as ((node: unknown, place: Place) => unknown) | undefined
    if (visit?.(place.node, place) === 'skip') continue
    stack.push(...childrenOf(place).reverse())
  }
}

/** The place and those around it, innermost first. */
export function* around(place: Place): Generator<Place> {
  for (let at: Place | null = place; at !== null; at = at.parent) yield at
}

/** Parts that are stored without the name of their kind, by the field that holds them. */
const bareFields: ReadonlyMap<string, NodeName> = new Map<string, NodeName>([
  ['action', 'GrantStmt'],
  ['alias', 'Alias'],
  ['arg', 'JsonValueExpr'],
  ['argType', 'TypeName'],
  ['base', 'CreateStmt'],
  ['bound', 'PartitionBoundSpec'],
  ['collClause', 'CollateClause'],
  ['constrrel', 'RangeVar'],
  ['constructor', 'JsonAggConstructor'],
  ['context_item', 'JsonValueExpr'],
  ['cycle_clause', 'CTECycleClause'],
  ['expr', 'JsonValueExpr'],
  ['format', 'JsonFormat'],
  ['func', 'ObjectWithArgs'],
  ['funccall', 'FuncCall'],
  ['infer', 'InferClause'],
  ['into', 'IntoClause'],
  ['intoClause', 'IntoClause'],
  ['join_using_alias', 'Alias'],
  ['larg', 'SelectStmt'],
  ['ofTypename', 'TypeName'],
  ['onConflictClause', 'OnConflictClause'],
  ['on_empty', 'JsonBehavior'],
  ['on_error', 'JsonBehavior'],
  ['output', 'JsonOutput'],
  ['over', 'WindowDef'],
  ['partbound', 'PartitionBoundSpec'],
  ['partspec', 'PartitionSpec'],
  ['pathspec', 'JsonTablePathSpec'],
  ['pktable', 'RangeVar'],
  ['rarg', 'SelectStmt'],
  ['rel', 'RangeVar'],
  ['relation', 'RangeVar'],
  ['returnType', 'TypeName'],
  ['returning', 'JsonReturning'],
  ['returningClause', 'ReturningClause'],
  ['role', 'RoleSpec'],
  ['search_clause', 'CTESearchClause'],
  ['sequence', 'RangeVar'],
  ['setstmt', 'VariableSetStmt'],
  ['table', 'RangeVar'],
  ['typeName', 'TypeName'],
  ['typevar', 'RangeVar'],
  ['val', 'JsonValueExpr'],
  ['value', 'JsonValueExpr'],
  ['view', 'RangeVar'],
  ['withClause', 'WithClause'],
])

function rootOf(tree: Node): Place[] {
  const named = nameOf(tree)
  return named === null ? [] : [{ ...named, field: '', parent: null }]
}

function childrenOf(parent: Place): Place[] {
  return Object.entries(parent.node).flatMap(([field, value]) =>
    inner(value).flatMap((child) => {
      const bare = bareFields.get(field)
      const named = nameOf(child) ?? (bare && { name: bare, node: child as NodeTypes[NodeName] })
      return named ? [{ ...named, field, parent }] : []
    }),
  )
}

/** The nodes of a field: one, or a list, which may itself hold lists. */
function inner(value: unknown): object[] {
  if (Array.isArray(value)) return value.flatMap(inner)
  return typeof value === 'object' && value !== null ? [value] : []
}

function nameOf(value: object): Pick<Place, 'name' | 'node'> | null {
  const [name, ...others] = Object.keys(value)
  if (name === undefined || others.length > 0 || !/^[A-Z]/.test(name)) return null
  const node: unknown = Object.values(value)[0]
  if (typeof node !== 'object' || node === null) return null
  return { name: name as NodeName, node: node as NodeTypes[NodeName] }
}
