import { describeStatement } from '../../analyze/index.ts'
import type { BlockingSession, Episode } from '../../facts/index.ts'
import type { Finding } from '../../finding.ts'
import { formatMs } from '../../quantity.ts'

/** How long an episode went on, as far as it was seen, ms. */
export function lengthMs({ startedAt, endedAt, lastSeenAt }: Episode): number {
  return Math.max(0, Date.parse(endedAt ?? lastSeenAt) - Date.parse(startedAt))
}

/** What a statement does, in the words of the report: `GET /rest/v1/…`, `RPC name`, `update orders`. */
export function labelOf({ query, role }: { query: string; role: string }): string {
  const { label } = describeStatement(query, role)
  return label === '' ? 'a statement' : label
}

/** A session in words: `app (worker 3)`, `the API`. */
export function whoIs({
  pool,
  role,
  application,
}: Pick<Episode, 'pool' | 'role' | 'application'>): string {
  if (pool === 'postgrest') return 'the API'
  const named = application === '' ? '' : ` (${application.slice(0, 60)})`
  return `${role === '' ? 'a process of the server' : role}${named}`
}

/** Groups of episodes that are alike: the same statement of the same login. */
export function alike(episodes: readonly Episode[]): Episode[][] {
  const groups = Map.groupBy(episodes, (one) => JSON.stringify([one.role, labelOf(one)]))
  return [...groups.values()]
}

/** What the session that others wait for does, in words. */
export function blockerDoes(root: BlockingSession, now: string): string {
  const since =
    root.since === null ? '' : ` for ${formatMs(Date.parse(now) - Date.parse(root.since))}`
  if (root.state === 'prepared') return 'a prepared transaction that nobody has ended'
  const who = `${whoIs(root)}, process ${root.pid}`
  const label = labelOf(root)
  if (root.state === 'active') return `${who}, which ran ${label}${since}`
  if (root.state.startsWith('idle in transaction')) {
    return `${who}, idle in a transaction${since} after ${label}`
  }
  return `${who}, which ran ${label}`
}

/** The finding of what a sample saw of a statement; its key holds as long as its words do. */
export function sessionFinding(
  rule: { name: string; title: string },
  one: Episode,
  verdict: Pick<Finding, 'level' | 'detail' | 'remediation' | 'evidence'> & { summary: string },
): Finding {
  const label = labelOf(one)
  const { level, detail, remediation, evidence, summary } = verdict
  return {
    ...rule,
    level,
    categories: ['PERFORMANCE', 'RELIABILITY'],
    detail,
    remediation,
    metadata: {
      schema: null,
      name: label,
      type: 'statement',
      queryid: one.queryid,
      role: one.role,
      pool: one.pool,
      summary,
      rules: rule.name,
    },
    cacheKey: `${rule.name}:${one.role}:${label}`,
    evidence,
    state: 'open',
  }
}
