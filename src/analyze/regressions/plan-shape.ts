/** A node as EXPLAIN (FORMAT JSON) tells it. */
export interface PlanNode {
  [field: string]: unknown
  Plans?: PlanNode[]
}

/** More of a plan than this tells nobody more. */
const mostLines = 60

/**
 * The structure of a plan, one node a line, indented by depth: kinds of nodes, relations, indexes,
 * kinds of joins. No costs, no conditions, no values: those change without the plan changing.
 *
 * Parts of an Append that differ by numbers in names only are one: partitions come and go.
 */
export function planShape(plan: PlanNode): string {
  const lines = linesOf(plan, 0)
  const more = lines.length - mostLines
  return (more > 0 ? [...lines.slice(0, mostLines), `and ${more} more`] : lines).join('\n')
}

function linesOf(node: PlanNode, depth: number): string[] {
  const children = (node.Plans ?? []).map((child) => linesOf(child, depth + 1))
  const appends = String(node['Node Type']).endsWith('Append')
  const distinct = appends ? withoutTwins(children) : children
  return [`${'  '.repeat(Math.min(depth, 20))}${nodeLine(node)}`, ...distinct.flat()]
}

function withoutTwins(children: readonly string[][]): string[][] {
  const plain = children.map((lines) => lines.map((line) => line.replace(/\d+/g, '#')))
  const seen = new Set<string>()
  return plain.filter((lines) => {
    const key = lines.join('\n')
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}

/** `Index Scan using messages_pkey on public.messages`, `Hash Join (Left)`, `Aggregate (Sorted)`. */
function nodeLine(node: PlanNode): string {
  const told = (field: string): string => {
    const value = node[field]
    return typeof value === 'string' ? oneLine(value) : ''
  }
  const join = told('Join Type') === 'Inner' ? '' : told('Join Type')
  const kind = [
    join,
    told('Strategy'),
    told('Partial Mode').replace('Simple', ''),
    told('Operation'),
  ]
  const extra = kind.filter((one) => one !== '' && one !== 'Plain').join(', ')
  const backward = told('Scan Direction') === 'Backward' ? ' backward' : ''
  const index = told('Index Name') === '' ? '' : ` using ${told('Index Name')}`
  const name = told('Relation Name') || told('Function Name') || told('CTE Name')
  const relation = name === '' ? '' : ` on ${[told('Schema'), name].filter(Boolean).join('.')}`
  const part = told('Subplan Name').replace(/ \(returns .*\)$/, '')
  return `${part === '' ? '' : `${part}: `}${told('Node Type')}${extra === '' ? '' : ` (${extra})`}${backward}${index}${relation}`
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, 130)
}
