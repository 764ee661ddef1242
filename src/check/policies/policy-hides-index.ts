import type { PolicyExpression, PolicyFacts } from '../../facts/index.ts'
import type { FindingLevel } from '../../finding.ts'
import { formatCount } from '../../quantity.ts'
import { quoteIdentifier, quoteName } from '../../quote.ts'
import { type NodeTypes, type SyntaxTree, spanOfCall, walk } from '../../syntax/index.ts'
import { defineRule, type Rule } from '../rule.ts'
import { columnName } from './expression.ts'
import { conjuncts, leadsWith, typeNameOf } from './index-condition.ts'
import { ownPolicies, policyFinding } from './own-policies.ts'
import { type Surroundings, surroundings } from './surroundings.ts'

const name = 'policy_hides_index'
const title = 'Policy hides a column from its index'

/** From here on reading all rows instead of asking the index is felt. */
const warnRows = 10_000

/** `lower(email) = …` beside an index on email. See docs/findings/policy_hides_index.md. */
export const policyHidesIndex: Rule = defineRule({
  name,
  title,
  description:
    'Finds policies that compare a column under a function or a cast, while only a plain index on it exists.',
  examines: 'policies',
  needs: ['policies', 'tables', 'indexes', 'columns'],
  schemaOnly: true,
  judge(facts) {
    const around = surroundings(facts)
    const own = ownPolicies(facts.policies)
    const findings = own.flatMap((policy) => {
      const [hidden] = policy.using === null ? [] : hiddenColumns(policy, policy.using, around)
      if (hidden === undefined) return []
      const rows = around.rows(around.tableByOid(policy.tableOid))
      const level: FindingLevel = rows === null || rows >= warnRows ? 'WARN' : 'INFO'
      const count = rows === null ? 'all rows' : `${formatCount(rows)} rows`
      return policyFinding({ name, title }, policy, {
        level,
        summary: `${hidden.column} under ${hidden.under}, its index unused`,
        detail: `The policy compares ${hidden.column} under ${hidden.under}: the index ${hidden.index} on it can't be used, and ${count} are read.`,
        remediation: remedy(policy, hidden),
        metadata: { column: hidden.column },
        evidence: { rows, column: hidden.column, index: hidden.index },
      })
    })
    return { examined: own.length, findings }
  },
})

interface Hidden {
  column: string
  /** In words: `a cast to text`. */
  under: string
  index: string
  /** The call that an index could be made on; null for a cast, which is better left out. */
  call: string | null
}

/** Comparisons that every row must meet, on a column that an index leads with, but not as it is. */
function hiddenColumns(
  policy: PolicyFacts,
  { tree, text }: PolicyExpression,
  around: Surroundings,
): Hidden[] {
  if (tree === null) return []
  return conjuncts(tree).flatMap((condition) => {
    if (!('A_Expr' in condition)) return []
    const { name: [operator] = [], lexpr, rexpr } = condition.A_Expr
    const compared = operator && 'String' in operator && operator.String.sval === '='
    if (!compared) return []
    return [lexpr, rexpr].flatMap((side) => (side && hiddenBy(side, policy, text, around)) ?? [])
  })
}

function hiddenBy(
  side: SyntaxTree,
  policy: PolicyFacts,
  text: string,
  around: Surroundings,
): Hidden | null {
  const table = around.tableByOid(policy.tableOid)
  const under = coverOf(side, text)
  if (under === null) return null
  const { column, cast, call } = under
  if (cast !== null && around.isSameValue(table, column, cast)) return null
  // What its type is called says nothing of a domain or of a type of the team's own.
  if (cast !== null && !commonTypes.has(around.typeOf(table, column) ?? '')) return null
  const indexes = around.indexes(table)
  const served = indexes.some(
    ({ keys: [first] }) => first?.column === 0 && first.text.includes(column),
  )
  const plain = indexes.find((index) => leadsWith(index, column))
  if (served || plain === undefined) return null
  return {
    column,
    under: cast === null ? `${call}` : `a cast to ${cast}`,
    index: plain.name,
    call,
  }
}

const commonTypes: ReadonlySet<string> = new Set(
  'bool int2 int4 int8 numeric float4 float8 uuid text varchar bpchar date timestamp timestamptz time inet json jsonb'.split(
    ' ',
  ),
)

/** The one column under one function or cast. */
function coverOf(
  side: SyntaxTree,
  text: string,
): { column: string; cast: string | null; call: string | null } | null {
  if ('TypeCast' in side) {
    const { arg, typeName } = side.TypeCast
    if (arg === undefined || !('ColumnRef' in arg)) return null
    return { column: columnName(arg.ColumnRef).column, cast: typeNameOf(typeName), call: null }
  }
  if (!('FuncCall' in side)) return null
  const columns = columnsOf(side.FuncCall)
  const [column] = columns
  const span = spanOfCall(text, side.FuncCall.location ?? 0)
  if (column === undefined || columns.length > 1 || span === null) return null
  return { column, cast: null, call: text.slice(span.start, span.end) }
}

function columnsOf(call: NodeTypes['FuncCall']): string[] {
  const found: string[] = []
  walk(
    { FuncCall: call },
    {
      SubLink: () => 'skip',
      ColumnRef: (node) => found.push(columnName(node).column),
    },
  )
  return found
}

function remedy({ schema, table, name: policy }: PolicyFacts, { column, call }: Hidden): string {
  const target = quoteName(schema, table)
  if (call !== null) return `create index concurrently on ${target} ((${call}));`
  return [
    '-- compare the column as it is, and cast the other side to its type:',
    `-- alter policy ${quoteIdentifier(policy)} on ${target} using (${quoteIdentifier(column)} = (…)::its_type);`,
  ].join('\n')
}
