import type { StatementFacts } from '../../analyze/index.ts'
import type { SlowestStatement } from '../../facts/index.ts'
import type { Finding, FindingLevel } from '../../finding.ts'
import { formatMs, formatShare } from '../../quantity.ts'
import { defineRule, type Rule } from '../rule.ts'
import { statementFinding } from '../statements/statement-finding.ts'

const name = 'near_statement_timeout'
const title = 'Near the timeout of the API'

/** Share of the timeout that one call in a hundred may take. */
const nearShare = 0.75
/** Share of it that the slowest call of all may take. */
const slowestShare = 0.9
/** Deviations above the mean that one call in a hundred exceeds, were they normally distributed. */
const deviations = 2.33
/** Calls below which a deviation says little. */
const fewCalls = 30

/** Statements of the API that come near its timeout. See docs/findings/near_statement_timeout.md. */
export const nearStatementTimeout: Rule = defineRule({
  name,
  title,
  description: 'Finds statements of the API of which some calls come near its statement_timeout.',
  examines: 'statements of the API',
  needs: ['timeouts', 'statements'],
  trouble: 'statement',
  judge({ timeouts, statements }) {
    const limits = new Map(
      timeouts.api.flatMap(({ role, ms }) => (ms === null ? [] : [[role, ms]])),
    )
    const bounded = statements.statements.filter(
      ({ role, toplevel }) => toplevel && limits.has(role),
    )
    const slowest = new Map(timeouts.statements.map((one) => [keyOf(one), one]))
    return {
      examined: bounded.length,
      findings: bounded.flatMap((one) =>
        finding(one, slowest.get(keyOf(one)) ?? null, limits.get(one.role) ?? 0),
      ),
    }
  },
})

function keyOf({
  queryid,
  role,
  toplevel,
}: {
  queryid: string
  role: string
  toplevel: boolean
}): string {
  return `${queryid} ${role} ${toplevel}`
}

function finding(
  statement: StatementFacts,
  slowest: SlowestStatement | null,
  timeoutMs: number,
): Finding[] {
  const { calls, mean_ms: mean, stddev_ms: deviation, label, role } = statement
  const p99 = calls >= fewCalls ? mean + deviations * deviation : null
  const maxMs = slowest?.maxMs ?? null
  const level = levelOf(mean, p99, maxMs, timeoutMs)
  if (level === null) return []
  const figures = [
    `${formatMs(mean)} on average`,
    ...(p99 === null ? [] : [`some ${formatMs(p99)} in one call of a hundred`]),
    ...(maxMs === null ? [] : [`${formatMs(maxMs)} at worst`]),
  ]
  return [
    statementFinding(statement, {
      name,
      title,
      level,
      summary: `${formatShare(Math.max(mean, p99 ?? 0, maxMs ?? 0) / timeoutMs)} of ${formatMs(timeoutMs)}`,
      detail: `${label} takes ${figures.join(', ')}; as ${role} the API cuts it off at ${formatMs(timeoutMs)}, and calls that were cut off are not in these figures.`,
      remediation: `-- Make it faster first: its plan as ${role} says why it is slow.\n-- Only if it must take so long:\nalter role ${role} set statement_timeout = '${formatMs(2 * timeoutMs).replaceAll(' ', '')}';\nnotify pgrst, 'reload config';`,
      evidence: {
        timeout_ms: timeoutMs,
        p99_ms: p99,
        max_ms: maxMs,
        since: slowest?.since ?? null,
      },
    }),
  ]
}

/** One outlier of long ago is no trouble of today: the slowest call counts with the usual ones. */
function levelOf(
  mean: number,
  p99: number | null,
  maxMs: number | null,
  timeoutMs: number,
): FindingLevel | null {
  const usual = p99 ?? mean
  if (mean >= timeoutMs / 2 || usual >= timeoutMs) return 'ERROR'
  if (usual >= nearShare * timeoutMs) return 'WARN'
  const slow = maxMs !== null && maxMs >= slowestShare * timeoutMs
  return slow && usual >= timeoutMs / 4 ? 'INFO' : null
}
