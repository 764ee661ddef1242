import type { PolicyFacts } from '../../facts/index.ts'
import { quoteIdentifier, quoteName } from '../../quote.ts'
import { defineRule, type Rule } from '../rule.ts'
import { policyFinding } from './own-policies.ts'
import { policyReads } from './policy-reads.ts'
import { type Way, wayBack } from './way-back.ts'

const name = 'policy_recursion'
const title = 'Policy recurses'

/** A policy that reads its own table, straight or through others. See docs/findings/policy_recursion.md. */
export const policyRecursion: Rule = defineRule({
  name,
  title,
  description:
    'Finds policies that come back to their own table: every statement that they bind fails with "infinite recursion detected in policy".',
  examines: 'policies',
  needs: ['policies', 'access', 'tables', 'indexes'],
  schemaOnly: true,
  judge(facts) {
    const reads = policyReads(facts)
    const found = reads.policies.flatMap((policy) => {
      const ways = reads.applies.roles
        // The server gives up where a table comes again whose policies hold a sub-select.
        .filter((role) => reads.hasSubSelect(policy.tableOid, role))
        .flatMap((role) => wayBack(policy, role, reads) ?? [])
      const [way] = ways
      return way === undefined ? [] : [{ policy, way, roles: ways.map(({ role }) => role) }]
    })
    // A circle is one trouble: the policy that stands first in it stands for all.
    const findings = found
      .filter(({ policy, way }) => !found.some((other) => precedes(other.policy, policy, way)))
      .map(({ policy, way, roles }) => {
        const path = [...way.tables, quoteName(policy.schema, policy.table)].join(' → ')
        return policyFinding({ name, title }, policy, {
          level: 'ERROR',
          categories: ['RELIABILITY'],
          summary: `${path}, for ${roles.join(', ')}`,
          detail: `The policy reads ${path}: statements of ${roles.join(', ')} fail with "infinite recursion detected in policy".`,
          remediation: remedy(policy),
          evidence: { tables: way.tables.length, roles: roles.join(', ') },
        })
      })
    return { examined: reads.policies.length, findings }
  },
})

function precedes(other: PolicyFacts, policy: PolicyFacts, way: Way): boolean {
  const inCircle = way.oids.has(other.tableOid)
  return inCircle && keyOf(other) < keyOf(policy)
}

function keyOf({ schema, table, name: policy }: PolicyFacts): string {
  return JSON.stringify([schema, table, policy])
}

function remedy({ schema, table, name: policy }: PolicyFacts): string {
  return [
    '-- read the table inside a function that runs as its owner, whom no policy binds:',
    '-- create function private.my_ids() returns setof … language sql stable security definer',
    "--   set search_path = '' as $$ select … where user_id = (select auth.uid()) $$;",
    `-- alter policy ${quoteIdentifier(policy)} on ${quoteName(schema, table)} using (… in (select private.my_ids()));`,
  ].join('\n')
}
