import { type AccessFacts, isManaged, type RelationRight } from '../../facts/index.ts'
import type { Finding } from '../../finding.ts'
import { type ObjectVerdict, objectFinding, type Subject } from '../object-finding.ts'
import type { Rule } from '../rule.ts'

/** What the API's roles reach. */
export interface Exposure {
  /** PostgREST serves the schema. */
  isExposed(schema: string): boolean
  /** Rights of `anon` and `authenticated` on a relation, wherever it is. */
  rights(oid: number): readonly RelationRight[]
  /** The same, where the API serves its schema; else none. */
  reached(relation: { oid: number; schema: string }): readonly RelationRight[]
}

const apiRoles: ReadonlySet<string> = new Set(['anon', 'authenticated'])

export function exposure(access: AccessFacts): Exposure {
  const schemas = new Set(access.exposedSchemas)
  const byOid = Map.groupBy(
    access.relations.filter(({ role }) => apiRoles.has(role)),
    ({ oid }) => oid,
  )
  const rights = (oid: number): readonly RelationRight[] => byOid.get(oid) ?? []
  return {
    isExposed: (schema) => schemas.has(schema),
    rights,
    reached: ({ oid, schema }) => (schemas.has(schema) ? rights(oid) : []),
  }
}

/** What a team made; and what is ours, which is held to the same. */
export function isJudged(object: { schema: string; extension?: string | null }): boolean {
  return !isManaged(object) || object.schema === 'supascope'
}

/** `anon, authenticated` */
export function rolesOf(rights: readonly RelationRight[]): string {
  return [...new Set(rights.map(({ role }) => role))].sort().join(', ')
}

/** A finding of security. `advisor` is the name of the same lint in `supabase db advisors`. */
export function securityFinding(
  rule: Pick<Rule, 'name' | 'title'>,
  subject: Subject,
  verdict: ObjectVerdict,
  advisor: string = rule.name,
): Finding {
  return objectFinding(rule, subject, {
    categories: ['SECURITY'],
    ...verdict,
    metadata: { advisor, ...verdict.metadata },
  })
}
