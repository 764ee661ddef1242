import type { Facts, PolicyFacts } from '../../facts/index.ts'
import { quoteIdentifier } from '../../quote.ts'
import { isFor } from './applying.ts'
import type { PolicyCall } from './expression.ts'
import { type PolicyReads, policyReads } from './policy-reads.ts'
import { wrapCalls } from './rewrite.ts'
import { surroundings } from './surroundings.ts'
import { wayBack } from './way-back.ts'
import { isIdentityCall, ownRoutine } from './wrappable.ts'

type Known = Pick<Facts, 'policies' | 'tables' | 'indexes'> & Partial<Facts>

/** Puts calls of a policy into sub-selects: all that are the same for a whole query, and `also`. */
export type WrapRemedy = (
  policy: PolicyFacts,
  also?: (call: PolicyCall) => boolean,
) => string | null

/** The remedy that the rules on calls share, so that one `alter policy` mends what all of them found. */
export function wrapRemedy(facts: Known): WrapRemedy {
  const around = surroundings(facts)
  const reads = facts.access && policyReads({ ...facts, access: facts.access })
  return (policy, also = () => false) => {
    const wrapped = wrapCalls(
      policy,
      (call) =>
        isIdentityCall(call) ||
        also(call) ||
        (!call.anyColumn && ownRoutine(policy, call, around)?.volatility === 'stable'),
    )
    const reader = wrapped === null ? null : readerOf(policy, reads)
    if (wrapped === null || reader === null) return wrapped
    return [
      `-- not before ${quoteIdentifier(reader.name)} reads its own table in a security definer function:`,
      '-- a sub-select in this policy would make that one recurse. Then:',
      ...wrapped.split('\n').map((line) => `-- ${line}`),
    ].join('\n')
  }
}

/** A policy that reads its own table, as it may while the conditions for reading hold no sub-select. */
function readerOf(policy: PolicyFacts, reads: PolicyReads | undefined): PolicyFacts | null {
  if (reads === undefined || !isFor(policy, 'select')) return null
  const ofTable = reads.policies.filter(({ tableOid }) => tableOid === policy.tableOid)
  const isWoken = (role: string, one: PolicyFacts): boolean =>
    !reads.hasSubSelect(policy.tableOid, role) && wayBack(one, role, reads) !== null
  return ofTable.find((one) => reads.applies.roles.some((role) => isWoken(role, one))) ?? null
}

/** Where no rewriting can be vouched for. */
export const wrapByHand =
  '-- put each such call into a scalar sub-select of its own: (select auth.uid())'
