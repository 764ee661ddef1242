import type { Facts, PolicyFacts, TableFacts } from '../../facts/index.ts'
import { type Applying, applying, type Command, isFor } from './applying.ts'
import { conditionsOf, examine, type PolicyRead } from './expression.ts'
import { ownPolicies } from './own-policies.ts'
import { type Surroundings, surroundings } from './surroundings.ts'

/** A policy that reads a table with policies of its own. */
export interface GuardedRead {
  policy: PolicyFacts
  read: PolicyRead
  table: TableFacts
}

/** Which policies read which tables with policies, as a role meets them. */
export interface PolicyReads {
  applies: Applying
  around: Surroundings
  policies: readonly PolicyFacts[]
  /** What a policy reads. */
  of(policy: PolicyFacts): readonly GuardedRead[]
  /** Policies on a table that bind a role for a command. */
  on(tableOid: number, role: string, command: Command): readonly PolicyFacts[]
  /** Whether reading the table as that role brings sub-selects in. */
  hasSubSelect(tableOid: number, role: string): boolean
}

export function policyReads(
  facts: Pick<Facts, 'policies' | 'access' | 'tables' | 'indexes'>,
): PolicyReads {
  const around = surroundings(facts)
  const applies = applying(facts.access)
  const policies = ownPolicies(facts.policies)
  const byTable = Map.groupBy(policies, ({ tableOid }) => tableOid)
  const reads = new Map(policies.map((policy) => [policy, guardedReads(policy, around)]))
  const on: PolicyReads['on'] = (oid, role, command) =>
    (byTable.get(oid) ?? []).filter((one) => isFor(one, command) && applies.binds(one, role))
  return {
    applies,
    around,
    policies,
    of: (policy) => reads.get(policy) ?? [],
    on,
    hasSubSelect: (oid, role) =>
      on(oid, role, 'select').some(
        ({ using, table }) => using !== null && examine(using, table).subSelects,
      ),
  }
}

function guardedReads(policy: PolicyFacts, around: Surroundings): GuardedRead[] {
  return conditionsOf(policy).flatMap((expression) =>
    examine(expression, policy.table).reads.flatMap((read) => {
      const table = around.table(read.schema, read.table)
      return table?.rls === true ? [{ policy, read, table }] : []
    }),
  )
}
