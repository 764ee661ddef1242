import { type IndexFacts, isManaged } from '../../facts/index.ts'
import type { Finding } from '../../finding.ts'
import { formatBytes } from '../../quantity.ts'
import { quoteName } from '../../quote.ts'
import { objectFinding } from '../object-finding.ts'
import { defineRule, type Rule } from '../rule.ts'

const name = 'invalid_index'
const title = 'Invalid index'

/** Indexes whose build was broken off. See docs/findings/invalid_index.md. */
export const invalidIndex: Rule = defineRule({
  name,
  title,
  description: 'Finds indexes whose build was broken off: they take room, and no query uses them.',
  examines: 'indexes',
  needs: ['indexes'],
  schemaOnly: true,
  judge({ indexes }) {
    const own = indexes.filter((index) => !isManaged(index))
    return { examined: own.length, findings: own.filter(isBroken).map(finding) }
  },
})

/** The index of a partitioned table is invalid until each partition has its part: no fault. */
function isBroken({ valid, building, partitioned }: IndexFacts): boolean {
  return !valid && !building && !partitioned
}

function finding(index: IndexFacts): Finding {
  const { schema, table, bytes, ready } = index
  const what = quoteName(schema, index.name)
  const written = ready ? 'every write still keeps it up to date' : 'writes skip it'
  return objectFinding(
    { name, title },
    { type: 'index', schema, name: index.name, table },
    {
      level: ready ? 'ERROR' : 'WARN',
      summary: `${formatBytes(bytes)}, not used by any query`,
      detail: `${what} on ${quoteName(schema, table)} is invalid: no query uses it, and ${written}.`,
      remediation:
        index.constraint === null
          ? `drop index concurrently ${what};\n-- then, if it is still wanted:\n${concurrently(index)};`
          : `reindex index concurrently ${what};`,
      evidence: { bytes, ready },
    },
  )
}

function concurrently({ definition }: IndexFacts): string {
  return definition.replace(/^CREATE (UNIQUE )?INDEX /, 'CREATE $1INDEX CONCURRENTLY ')
}
