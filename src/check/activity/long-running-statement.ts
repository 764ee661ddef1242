import type { Episode } from '../../facts/index.ts'
import type { Finding, FindingLevel } from '../../finding.ts'
import { formatMs, plural } from '../../quantity.ts'
import { quoteIdentifier } from '../../quote.ts'
import { defineRule, type Rule } from '../rule.ts'
import { alike, labelOf, lengthMs, sessionFinding, whoIs } from './episode-words.ts'

const name = 'long_running_statement'
const title = 'Ran for long'

const longMs = 60_000
const veryLongMs = 300_000
const hourMs = 3_600_000

/** What takes long by its nature, and holds nobody up. */
const upkeep =
  /^\s*(vacuum|analyze|copy|create\s+(unique\s+)?index\s+concurrently|reindex\b.*\bconcurrently|refresh\s+materialized\s+view\s+concurrently|declare|fetch)\b/i

/** Statements that run for minutes. See docs/findings/long_running_statement.md. */
export const longRunningStatement: Rule = defineRule({
  name,
  title,
  description: 'Finds statements that run for a minute and longer.',
  examines: 'statements that took a second',
  needs: ['activity'],
  judge({ activity: { episodes } }) {
    const statements = episodes.filter(({ kind }) => kind === 'statement')
    return {
      examined: statements.length,
      findings: alike(statements.filter(isLong)).flatMap(finding),
    }
  },
})

/** One that waits for a lock is the trouble of the one in its way. */
function isLong(one: Episode): boolean {
  const length = lengthMs(one)
  if (one.pool === 'supascope' || upkeep.test(one.query)) return false
  return length >= longMs && one.blockedMs < length / 2
}

function finding(group: readonly Episode[]): Finding[] {
  const [longest] = group.toSorted((a, b) => lengthMs(b) - lengthMs(a))
  if (longest === undefined) return []
  const running = group.filter((one) => one.running)
  const length = lengthMs(longest)
  const blocked = Math.max(...group.map(({ blockingPeak }) => blockingPeak))
  const goesOn = running.length > 0 ? `; ${running.length} still running` : ''
  const waiting = blocked > 0 ? ` Up to ${plural(blocked, 'session')} waited behind it.` : ''
  return [
    sessionFinding({ name, title }, longest, {
      level: levelOf(length, blocked),
      summary: `${formatMs(length)}${goesOn}`,
      detail: `${labelOf(longest)} of ${whoIs(longest)} ran for ${formatMs(length)} (seen ${plural(group.length, 'time')} in a day${goesOn}).${waiting}`,
      remediation: remedy(longest, running),
      evidence: {
        longest_ms: length,
        times: group.length,
        running: running.length,
        blocked_sessions: blocked,
        threshold_ms: longMs,
      },
    }),
  ]
}

function levelOf(length: number, blocked: number): FindingLevel {
  if (length >= hourMs || blocked >= 5) return 'ERROR'
  return length >= veryLongMs || blocked > 0 ? 'WARN' : 'INFO'
}

function remedy({ role, timeoutMs }: Episode, running: readonly Episode[]): string {
  const cancel = running.map(({ pid }) => `select pg_cancel_backend(${pid});`)
  const bound =
    timeoutMs === null
      ? [
          `-- so that none runs without end:\nalter role ${quoteIdentifier(role)} set statement_timeout = '5min';`,
        ]
      : []
  const steps = [...cancel, ...bound]
  return steps.length > 0
    ? steps.join('\n')
    : 'Explain it with its usual values: explain (analyze, buffers) …; what must take long is better done in parts.'
}
