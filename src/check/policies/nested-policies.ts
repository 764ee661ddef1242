import type { PolicyFacts, TableFacts } from '../../facts/index.ts'
import type { FindingLevel } from '../../finding.ts'
import { formatCount } from '../../quantity.ts'
import { quoteIdentifier, quoteName } from '../../quote.ts'
import { defineRule, type Rule } from '../rule.ts'
import { commands } from './applying.ts'
import { policyFinding } from './own-policies.ts'
import { type GuardedRead, type PolicyReads, policyReads } from './policy-reads.ts'

const name = 'nested_policies'
const title = 'Policy reads a table with policies'

/** From here on the policies of the other table are felt. */
const warnRows = 10_000

/** Policies inside of policies. See docs/findings/nested_policies.md. */
export const nestedPolicies: Rule = defineRule({
  name,
  title,
  description:
    'Finds policies that read a table with policies of its own: these are tested too, inside of each test.',
  examines: 'policies',
  needs: ['policies', 'access', 'tables', 'indexes'],
  schemaOnly: true,
  judge(facts) {
    const reads = policyReads(facts)
    const depthOf = depths(reads)
    const findings = reads.policies.flatMap((policy) => {
      const guarded = guardedFor(policy, reads)
      const [first] = guarded
      if (first === undefined) return []
      const rows = reads.around.rows(reads.around.tableByOid(policy.tableOid))
      const correlated = guarded.some(({ read }) => read.correlated)
      const depth = Math.max(...guarded.map(({ table }) => depthOf(table)))
      const level: FindingLevel =
        rows !== null && rows >= warnRows && (correlated || depth > 1) ? 'WARN' : 'INFO'
      const tables = [...new Set(guarded.map(({ table }) => quoteName(table.schema, table.name)))]
      const scale = correlated && rows !== null ? `, for each of ${formatCount(rows)} rows` : ''
      return policyFinding({ name, title }, policy, {
        level,
        summary: `reads ${tables.join(', ')}, ${depth} deep`,
        detail: `The policy reads ${tables.join(', ')}, whose own policies are tested as well${scale}; policies are nested ${depth} deep.`,
        remediation: remedy(policy, tables),
        evidence: { rows, depth, correlated },
      })
    })
    return { examined: reads.policies.length, findings }
  },
})

/** Reads of other tables where some role that the policy binds meets policies. */
function guardedFor(policy: PolicyFacts, reads: PolicyReads): GuardedRead[] {
  const roles = reads.applies.roles.filter((role) =>
    commands.some((command) => reads.on(policy.tableOid, role, command).includes(policy)),
  )
  return reads
    .of(policy)
    .filter(({ table }) => table.oid !== policy.tableOid)
    .filter(({ table }) => roles.some((role) => reads.on(table.oid, role, 'select').length > 0))
}

/** How many policies stand inside of one another from a table on. A circle is another rule's. */
function depths(reads: PolicyReads): (table: TableFacts) => number {
  const readers = Map.groupBy(
    reads.policies.filter(({ command }) => command === 'all' || command === 'select'),
    ({ tableOid }) => tableOid,
  )
  const known = new Map<number, number>()
  const depthOf = ({ oid }: TableFacts): number => {
    const before = known.get(oid)
    if (before !== undefined) return before
    known.set(oid, 0)
    const inner = (readers.get(oid) ?? []).flatMap((one) => reads.of(one))
    const depth = 1 + Math.max(0, ...inner.map(({ table }) => depthOf(table)))
    known.set(oid, depth)
    return depth
  }
  return depthOf
}

function remedy({ schema, table, name: policy }: PolicyFacts, tables: readonly string[]): string {
  return [
    `-- read ${tables.join(', ')} once a query, inside a function that runs as the owner:`,
    '-- create function private.my_ids() returns setof … language sql stable security definer',
    "--   set search_path = '' as $$ select … where user_id = (select auth.uid()) $$;",
    `-- alter policy ${quoteIdentifier(policy)} on ${quoteName(schema, table)} using (… in (select private.my_ids()));`,
  ].join('\n')
}
