import { quoteIdentifier, quoteName } from '../../quote.ts'
import { defineRule, type Rule } from '../rule.ts'
import { isJudged, securityFinding } from './exposure.ts'

const name = 'fkey_to_auth_unique'
const title = 'Foreign key to a unique constraint of auth'

/** Foreign keys that stop an upgrade of auth. See docs/findings/fkey_to_auth_unique.md. */
export const fkeyToAuthUnique: Rule = defineRule({
  name,
  title,
  description:
    'Finds foreign keys to unique columns of the auth schema other than its primary keys: they stop its migrations.',
  examines: 'foreign keys',
  needs: ['constraints', 'indexes'],
  schemaOnly: true,
  judge({ constraints, indexes }) {
    const primary = new Set(indexes.flatMap((index) => (index.primary ? index.oid : [])))
    const own = constraints.filter((one) => one.kind === 'foreign' && isJudged(one))
    const findings = own.flatMap((key) => {
      const { schema, table, references, indexOid } = key
      if (references?.schema !== 'auth' || key.parentOid !== null) return []
      if (indexOid === null || primary.has(indexOid)) return []
      const target = quoteName(references.schema, references.table)
      return securityFinding(
        { name, title },
        { type: 'constraint', schema, table, name: key.name },
        {
          level: 'ERROR',
          categories: ['RELIABILITY'],
          summary: `refers to a unique constraint of ${target}`,
          detail: `${quoteIdentifier(key.name)} on ${quoteName(schema, table)} refers to a unique constraint of ${target}, which migrations of auth may drop: with this key they fail.`,
          remediation: `alter table ${quoteName(schema, table)} drop constraint ${quoteIdentifier(key.name)};\n-- refer to the primary key instead: auth.users (id)`,
          evidence: { references: target },
        },
      )
    })
    return { examined: own.length, findings }
  },
})
