import type { PolicyExpression, PolicyFacts } from '../../facts/index.ts'
import { quoteIdentifier, quoteName } from '../../quote.ts'
import {
  type Applying,
  applying,
  type Command,
  isFor,
  ownPolicies,
  truthOf,
} from '../policies/reading.ts'
import { defineRule, type Rule } from '../rule.ts'
import { exposure, securityFinding } from './exposure.ts'

const name = 'rls_policy_always_true'
const title = 'Policy lets everyone write'

const writes = ['insert', 'update', 'delete'] as const satisfies Command[]

/** Policies for writing that are met by every row. See docs/findings/rls_policy_always_true.md. */
export const rlsPolicyAlwaysTrue: Rule = defineRule({
  name,
  title,
  description:
    'Finds policies for insert, update or delete that anon or authenticated meet with every row.',
  examines: 'policies',
  needs: ['policies', 'access', 'tables'],
  schemaOnly: true,
  judge({ policies, access, tables }) {
    const { isExposed } = exposure(access)
    const applies = applying(access)
    const guarded = new Set(tables.flatMap(({ rls, oid }) => (rls ? oid : [])))
    const own = ownPolicies(policies).filter(({ tableOid }) => guarded.has(tableOid))
    const byTable = Map.groupBy(own, ({ tableOid }) => tableOid)
    const findings = own
      .filter(({ permissive, schema }) => permissive && (isExposed(schema) || schema === 'storage'))
      .flatMap((policy) => {
        const open = openTo(policy, byTable.get(policy.tableOid) ?? [], applies)
        if (open.length === 0) return []
        const { schema, table } = policy
        const commands = [...new Set(open.map(({ command }) => command))]
        const roles = [...new Set(open.map(({ role }) => role))].sort().join(', ')
        const destructive = open.some(
          ({ role, command }) => role === 'anon' && command !== 'insert',
        )
        const to = quoteName(schema, table)
        return securityFinding(
          { name, title },
          { type: 'policy', schema, table, name: policy.name },
          {
            level: destructive ? 'ERROR' : 'WARN',
            summary: `${roles} may ${commands.join(', ')} any row`,
            detail: `By this policy ${roles} may ${commands.join(', ')} any row of ${to}.`,
            remediation: `-- say whose rows they are:\n-- alter policy ${quoteIdentifier(policy.name)} on ${to} ${policy.command === 'insert' ? 'with check' : 'using'} (user_id = (select auth.uid()));\n-- or, if nobody is to write:\n-- drop policy ${quoteIdentifier(policy.name)} on ${to};`,
            metadata: { command: policy.command, roles },
            evidence: { commands: commands.join(', '), roles },
          },
        )
      })
    return { examined: own.length, findings }
  },
})

/** Who may write what by a policy, unless a restrictive one stands in the way. */
function openTo(
  policy: PolicyFacts,
  ofTable: readonly PolicyFacts[],
  { binds, may }: Applying,
): { role: string; command: Command }[] {
  return ['anon', 'authenticated']
    .filter((role) => binds(policy, role))
    .flatMap((role) =>
      writes
        .filter((command) => isFor(policy, command) && may(policy.tableOid, role, command))
        .filter((command) => letsAll(policy, command))
        .filter(
          (command) =>
            !ofTable.some(
              (other) =>
                !other.permissive &&
                isFor(other, command) &&
                binds(other, role) &&
                !letsAll(other, command),
            ),
        )
        .map((command) => ({ role, command })),
    )
}

function letsAll({ command: written, using, check }: PolicyFacts, command: Command): boolean {
  if (command === 'delete') return isTrue(using)
  // An insert without WITH CHECK is checked by USING, which only a policy for all has.
  const after = check ?? (written === 'insert' ? null : using)
  if (command === 'insert') return isTrue(after)
  return isTrue(using) || (check !== null && isTrue(check))
}

/** What is not there is met. */
function isTrue(expression: PolicyExpression | null): boolean {
  if (expression === null) return true
  return expression.tree !== null && truthOf(expression.tree) === true
}
