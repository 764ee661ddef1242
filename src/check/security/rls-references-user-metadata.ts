import type { PolicyExpression } from '../../facts/index.ts'
import { quoteIdentifier, quoteName } from '../../quote.ts'
import { type SyntaxTree, walk } from '../../syntax/index.ts'
import { columnName, conditionsOf, constant, names, ownPolicies } from '../policies/reading.ts'
import { defineRule, type Rule } from '../rule.ts'
import { securityFinding } from './exposure.ts'

const name = 'rls_references_user_metadata'
const title = 'Policy trusts what users write themselves'

/** user_metadata in a policy. See docs/findings/rls_references_user_metadata.md. */
export const rlsReferencesUserMetadata: Rule = defineRule({
  name,
  title,
  description:
    'Finds policies that decide by user_metadata, which every user may change for themselves.',
  examines: 'policies',
  needs: ['policies'],
  schemaOnly: true,
  judge({ policies }) {
    const own = ownPolicies(policies)
    const findings = own.flatMap((policy) => {
      if (!conditionsOf(policy).some(trustsUser)) return []
      const { schema, table } = policy
      return securityFinding(
        { name, title },
        { type: 'policy', schema, table, name: policy.name },
        {
          level: 'ERROR',
          summary: 'decides by user_metadata',
          detail: `The policy on ${quoteName(schema, table)} decides by user_metadata, which every user may set to what they like.`,
          remediation: `-- keep it in app_metadata, which only the server writes, and read it there:\n-- alter policy ${quoteIdentifier(policy.name)} on ${quoteName(schema, table)} using (((select auth.jwt()) -> 'app_metadata' ->> …) = …);`,
          metadata: { command: policy.command },
          evidence: { command: policy.command },
        },
      )
    })
    return { examined: own.length, findings }
  },
})

function trustsUser({ tree }: PolicyExpression): boolean {
  if (tree === null) return false
  let found = false
  walk(tree, {
    A_Expr({ name: operator, lexpr, rexpr }) {
      const reads = ['->', '->>', '#>', '#>>'].includes(names(operator)[0] ?? '')
      if (reads && lexpr && rexpr && isUserPath(rexpr) && readsClaims(lexpr)) found = true
    },
    // The same in the table that the token is made of.
    ColumnRef(node) {
      if (columnName(node).column === 'raw_user_meta_data') found = true
    },
  })
  return found
}

/** `user_metadata`, or `{user_metadata,role}`. */
function isUserPath(tree: SyntaxTree): boolean {
  return /^\{?"?user_metadata"?(,|\}|$)/.test(constant(tree) ?? '')
}

function readsClaims(tree: SyntaxTree): boolean {
  let found = false
  walk(tree, {
    FuncCall({ funcname, args: [first] = [] }) {
      const called = names(funcname).join('.')
      const setting = first === undefined ? null : constant(first)
      if (called === 'auth.jwt') found = true
      if (called.endsWith('current_setting') && setting === 'request.jwt.claims') found = true
    },
  })
  return found
}
