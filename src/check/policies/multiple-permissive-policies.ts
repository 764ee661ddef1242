import type { PolicyFacts } from '../../facts/index.ts'
import type { Finding, FindingLevel } from '../../finding.ts'
import { quoteIdentifier, quoteName } from '../../quote.ts'
import { objectFinding } from '../object-finding.ts'
import { defineRule, type Rule } from '../rule.ts'
import { type Applying, applying, type Command, commands, isFor } from './applying.ts'
import { ownPolicies } from './own-policies.ts'
import { alterPolicy } from './rewrite.ts'
import { type Surroundings, surroundings } from './surroundings.ts'

const name = 'multiple_permissive_policies'
const title = 'Multiple permissive policies'

/** From here on a second condition for every row is felt. */
const warnRows = 10_000

/** Several permissive policies for the same role and command. See docs/findings/multiple_permissive_policies.md. */
export const multiplePermissivePolicies: Rule = defineRule({
  name,
  title,
  description:
    'Finds tables where several permissive policies bind the same role for the same command: each row is tested by all of them.',
  examines: 'tables with policies',
  needs: ['policies', 'access', 'tables', 'indexes'],
  schemaOnly: true,
  judge(facts) {
    const around = surroundings(facts)
    const roles = applying(facts.access)
    const tables = Map.groupBy(ownPolicies(facts.policies), ({ tableOid }) => tableOid)
    const findings = [...tables.values()].flatMap((policies) =>
      commands.flatMap((command) => judge(policies, command, roles, around) ?? []),
    )
    return { examined: tables.size, findings }
  },
})

function judge(
  policies: readonly PolicyFacts[],
  command: Command,
  applies: Applying,
  around: Surroundings,
): Finding | null {
  const permissive = policies.filter((one) => one.permissive && isFor(one, command))
  const [first] = permissive
  if (first === undefined || permissive.length < 2) return null
  const bound = applies.roles
    .filter((role) => applies.may(first.tableOid, role, command))
    .map((role) => ({ role, by: permissive.filter((policy) => applies.binds(policy, role)) }))
    .filter(({ by }) => by.length > 1)
  if (bound.length === 0) return null
  const several = permissive.filter((policy) => bound.some(({ by }) => by.includes(policy)))
  const rows = around.rows(around.tableByOid(first.tableOid))
  const level: FindingLevel = rows !== null && rows >= warnRows ? 'WARN' : 'INFO'
  const names = several.map((policy) => quoteIdentifier(policy.name)).join(', ')
  const who = bound.map(({ role }) => role).join(', ')
  return objectFinding(
    { name, title },
    { type: 'policies', schema: first.schema, table: first.table, name: command },
    {
      level,
      summary: `${several.length} policies for ${command} by ${who}`,
      detail: `Rows of ${quoteName(first.schema, first.table)} are tested by ${several.length} permissive policies on ${command} by ${who}: ${names}.`,
      remediation: remedy(several),
      metadata: { advisor: name, command, roles: who },
      evidence: { policies: several.length, rows },
    },
  )
}

/** Alike in all but their conditions, they can be made one. */
function remedy(policies: readonly PolicyFacts[]): string {
  const [first, ...others] = policies
  if (first === undefined) return ''
  const alike = others.every(
    (one) => one.command === first.command && String(one.roles) === String(first.roles),
  )
  if (!alike) {
    return '-- give each role and command one policy: its conditions joined by "or", and "for" and "to" for just that command and role'
  }
  const target = quoteName(first.schema, first.table)
  const checks = policies.map(({ check, using }) => (check ?? using)?.text)
  return [
    alterPolicy(first, {
      using: joined(policies.map(({ using }) => using?.text)),
      check: policies.some(({ check }) => check !== null) ? joined(checks) : undefined,
    }),
    ...others.map((one) => `drop policy ${quoteIdentifier(one.name)} on ${target};`),
  ].join('\n')
}

function joined(texts: readonly (string | undefined)[]): string | undefined {
  const given = texts.filter((text) => text !== undefined)
  return given.length === 0
    ? undefined
    : [...new Set(given)].map((text) => `(${text})`).join(' or ')
}
