import type { StatementFacts, WindowFacts } from '../../analyze/index.ts'
import { callsShift, type Shift } from '../../analyze/regressions/index.ts'
import type { Finding } from '../../finding.ts'
import { formatCount, formatRatio, formatShare, formatTime } from '../../quantity.ts'
import { costLevel } from './cost-level.ts'
import { statementFinding } from './statement-finding.ts'
import { surroundings } from './surroundings.ts'

/** What the API and the transaction around it cost for each call at least, ms. */
const overheadMs = 0.5
/** Below this share of the time, and of the calls, more calls are not worth a line. */
const leastShare = 0.01
const leastCallShare = 0.1

/**
 * Statements that run far more often than at the same hour of earlier days.
 * See docs/findings/calls_surge.md.
 */
export function callsSurge(facts: WindowFacts): Finding[] {
  const { surgeRatio: ratio, minCalls } = facts.thresholds
  return facts.statements.flatMap((statement) => {
    const history = facts.history.get(statement.key)
    const shift = history === undefined ? null : callsShift(history, { ratio, minCalls })
    return shift === null ? [] : surgeFinding(statement, shift, facts)
  })
}

function surgeFinding(statement: StatementFacts, shift: Shift, facts: WindowFacts): Finding[] {
  const { before, now, at } = shift
  const extraCalls = Math.min(statement.calls, shift.calls.after) * (1 - before / now)
  const extraMs = extraCalls * statement.mean_ms
  const callShare = extraCalls / Math.max(1, facts.calls)
  const share = extraMs / facts.totalMs
  if (!(share >= leastShare || callShare >= leastCallShare)) return []
  const { label, role } = statement
  const since = new Date(at).toISOString()
  const around = surroundings(statement, shift, facts)
  const change = `${formatCount(before)} → ${formatCount(now)} calls a minute`
  return [
    statementFinding(statement, {
      name: 'calls_surge',
      title: 'Runs more often',
      level: costLevel(
        extraMs + overheadMs * extraCalls,
        facts,
        facts.totalMs + overheadMs * facts.calls,
      ),
      summary: `${change} (${formatRatio(now / before)})`,
      detail:
        `${label} runs more often as ${role} since about ${formatTime(since)}: ${change} ` +
        `(${formatRatio(now / before)}) against the same hours of earlier days. The additional calls ` +
        `are ${formatShare(share)} of the window's time.${around.sentence}`,
      remediation:
        'Find who calls: a deployment that asks more often (a polling interval, a missing cache, an ' +
        'effect that runs on each render), a retry loop, a crawler, or simply more users. If it is ' +
        'more users, see what each call costs; else cache, debounce or subscribe instead.',
      evidence: {
        before_calls_per_minute: before,
        calls_per_minute: now,
        ratio: now / before,
        extra_calls: extraCalls,
        extra_ms: extraMs,
        clarity: shift.clarity,
        surged_at: since,
        ...(around.changes === null ? {} : { changes: around.changes }),
      },
    }),
  ]
}
