import type { StatementStatisticsFacts } from '../../facts/index.ts'
import type { Finding } from '../../finding.ts'
import { type ObjectVerdict, objectFinding } from '../object-finding.ts'
import { defineRule, type Rule } from '../rule.ts'

const name = 'statistics_off'
const title = 'Statements are not counted'

/** What keeps pg_stat_statements from counting, or from being read. See docs/findings/statistics_off.md. */
export const statisticsOff: Rule = defineRule({
  name,
  title,
  description: 'Finds what keeps pg_stat_statements from counting statements, or from being read.',
  examines: 'settings',
  needs: ['statementStatistics', 'server'],
  judge: ({ statementStatistics, server }) => {
    const libraries = server.settings.shared_preload_libraries?.value ?? ''
    const found = firstObstacle(statementStatistics, libraries)
    return { examined: 5, findings: found === null ? [] : [found] }
  },
})

/** One at a time: while one is there, the others can't be told or do not matter. */
function firstObstacle(facts: StatementStatisticsFacts, libraries: string): Finding | null {
  if (facts.installed === null) {
    return obstacle('pg_stat_statements', 'not installed in this database', [
      'create extension if not exists pg_stat_statements with schema extensions;',
      ...(facts.loaded ? [] : [preload(libraries)]),
    ])
  }
  if (!facts.loaded) {
    const why = 'installed, but the server was started without it'
    return obstacle('shared_preload_libraries', why, [preload(libraries)])
  }
  if (facts.track === 'none') {
    return obstacle('pg_stat_statements.track', 'none: nothing is counted', [
      "alter system set pg_stat_statements.track = 'top'; select pg_reload_conf();",
    ])
  }
  if (facts.computeQueryId === 'off') {
    return obstacle('compute_query_id', 'off: statements have no id, so none is counted', [
      'alter system set compute_query_id = auto; select pg_reload_conf();',
    ])
  }
  if (facts.readable) return null
  return obstacle('pg_read_all_stats', 'this role sees only statements of its own', [
    'grant pg_monitor to <the role that Supascope connects as>;',
  ])
}

function obstacle(setting: string, why: string, remedy: string[]): Finding {
  const verdict: ObjectVerdict = {
    level: 'ERROR',
    summary: why,
    detail: `Statements can't be judged: ${setting} is ${why}.`,
    remediation: remedy.join('\n'),
    evidence: { setting },
  }
  return objectFinding({ name, title }, { type: 'setting', schema: null, name: setting }, verdict)
}

/** One literal an element: ALTER SYSTEM would quote a comma-separated one as a single name. */
function preload(libraries: string): string {
  const present = libraries
    .split(',')
    .map((one) => one.trim())
    .filter((one) => /^[\w$/.-]+$/.test(one))
  const list = [...new Set([...present, 'pg_stat_statements'])].map((one) => `'${one}'`).join(', ')
  return `alter system set shared_preload_libraries = ${list}; -- and restart the server`
}
