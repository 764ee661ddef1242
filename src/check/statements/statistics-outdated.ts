import type { StatementStatisticsFacts } from '../../facts/index.ts'
import type { Finding } from '../../finding.ts'
import { objectFinding } from '../object-finding.ts'
import { defineRule, type Rule } from '../rule.ts'

const name = 'statistics_outdated'
const title = 'Old version of pg_stat_statements'

/** The first version that tells statements inside functions from those outside. */
const leastMinor = 9

/** An extension older than the server could have. See docs/findings/statistics_outdated.md. */
export const statisticsOutdated: Rule = defineRule({
  name,
  title,
  description: 'Finds pg_stat_statements in a version older than the server brings.',
  examines: 'extensions',
  needs: ['statementStatistics'],
  trouble: 'outdated_extension',
  judge: ({ statementStatistics: facts }) => {
    const { installed } = facts
    if (installed === null) return { examined: 0, findings: [] }
    const isOld = isBefore(installed.version, installed.available)
    return { examined: 1, findings: isOld ? [finding(facts, installed)] : [] }
  },
})

function finding(
  { track }: StatementStatisticsFacts,
  { schema, version, available }: NonNullable<StatementStatisticsFacts['installed']>,
): Finding {
  const unusable = isBefore(version, `1.${leastMinor}`)
  const wrong =
    track === 'all' ? ', and counts statements inside functions together with those outside' : ''
  return objectFinding(
    { name, title },
    { type: 'extension', schema, name: 'pg_stat_statements' },
    {
      level: unusable ? 'ERROR' : 'WARN',
      summary: `${version}, the server has ${available}`,
      detail: unusable
        ? `pg_stat_statements is ${version}: it does not say whether anything was lost${wrong}. The server has ${available}.`
        : `pg_stat_statements is ${version} where the server has ${available}, which counts more and tells resets apart.`,
      remediation: 'alter extension pg_stat_statements update;',
      evidence: { version, available },
    },
  )
}

function isBefore(version: string, other: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [otherMajor = 0, otherMinor = 0] = other.split('.').map(Number)
  return major < otherMajor || (major === otherMajor && minor < otherMinor)
}
