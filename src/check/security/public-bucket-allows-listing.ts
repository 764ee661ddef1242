import type { PolicyFacts } from '../../facts/index.ts'
import { quoteIdentifier } from '../../quote.ts'
import type { SyntaxTree } from '../../syntax/index.ts'
import {
  applying,
  columnName,
  conjuncts,
  constant,
  isFor,
  names,
  truthOf,
  uncovered,
} from '../policies/reading.ts'
import { defineRule, type Rule } from '../rule.ts'
import { securityFinding } from './exposure.ts'

const name = 'public_bucket_allows_listing'
const title = 'Public bucket that can be listed'

/** Policies that public buckets do not need. See docs/findings/public_bucket_allows_listing.md. */
export const publicBucketAllowsListing: Rule = defineRule({
  name,
  title,
  description:
    'Finds public storage buckets whose files a policy lets everyone list: serving them by their address needs none.',
  examines: 'public buckets',
  needs: ['policies', 'access'],
  judge({ policies, access }) {
    const { binds } = applying(access)
    const reading = policies.filter(
      (policy) =>
        policy.schema === 'storage' &&
        policy.table === 'objects' &&
        policy.permissive &&
        isFor(policy, 'select'),
    )
    const findings = access.publicBuckets.flatMap((bucket) => {
      const open = reading.filter((policy) => letsList(policy, bucket))
      const roles = ['anon', 'authenticated'].filter((role) => open.some((one) => binds(one, role)))
      if (roles.length === 0) return []
      const list = open.map((policy) => quoteIdentifier(policy.name)).join(', ')
      const who = roles.join(', ')
      return securityFinding(
        { name, title },
        { type: 'bucket', schema: 'storage', name: bucket },
        {
          level: 'WARN',
          summary: `${who} can list its files`,
          detail: `The bucket ${quoteIdentifier(bucket)} is public, and by ${list} ${who} can list all its files; to serve them by their address, no policy is needed.`,
          remediation: open
            .map((policy) => `drop policy ${quoteIdentifier(policy.name)} on storage.objects;`)
            .join('\n'),
          evidence: { policies: list, roles: who },
        },
      )
    })
    return { examined: access.publicBuckets.length, findings }
  },
})

/** It asks for nothing but the bucket. */
function letsList({ using }: PolicyFacts, bucket: string): boolean {
  if (using === null) return true
  if (using.tree === null) return false
  return conjuncts(using.tree).every((tree) => truthOf(tree) === true || isBucket(tree, bucket))
}

/** `bucket_id = 'avatars'`, `bucket_id in ('avatars', 'logos')` */
function isBucket(tree: SyntaxTree, bucket: string): boolean {
  if (!('A_Expr' in tree)) return false
  const { name: operator, lexpr, rexpr } = tree.A_Expr
  if (names(operator)[0] !== '=' || lexpr === undefined || rexpr === undefined) return false
  const column = uncovered(lexpr)
  if (!('ColumnRef' in column) || columnName(column.ColumnRef).column !== 'bucket_id') return false
  const values = uncovered(rexpr)
  const elements = 'A_ArrayExpr' in values ? (values.A_ArrayExpr.elements ?? []) : [rexpr]
  return elements.some((element) => constant(element) === bucket)
}
