import type { StatementFacts, WindowFacts } from '../../analyze/index.ts'
import type { Finding } from '../../finding.ts'
import { formatCount, formatMs, formatRatio, formatShare } from '../../quantity.ts'
import { costLevel, isJudged } from './cost-level.ts'
import { explainAsRole } from './explain-as-role.ts'
import { statementFinding } from './statement-finding.ts'

/** Deviation over mean from which on a few calls are of another kind than the rest. */
const leastSpread = 3
/** So many calls at least must carry the time: one outlier is no pattern. */
const leastSlowCalls = 5

/** Statements of which some calls are far slower than most. See docs/findings/unsteady_statement.md. */
export function unsteadyStatement(facts: WindowFacts): Finding[] {
  return facts.statements
    .filter((statement) => statement.calls >= facts.thresholds.minCalls)
    .filter((statement) => isJudged(statement, facts))
    .filter((statement) => statement.stddev_ms >= facts.thresholds.slowMeanMs)
    .filter((statement) => spreadOf(statement) >= leastSpread)
    .filter((statement) => slowCalls(statement) >= leastSlowCalls)
    .map((statement) => unsteadyFinding(statement, facts))
}

function spreadOf({ mean_ms, stddev_ms }: StatementFacts): number {
  return mean_ms > 0 ? stddev_ms / mean_ms : 0
}

/**
 * How many calls the time would be spread over if it were spread evenly over them alone:
 * (Σt)²/Σt² = n/(1 + (σ/μ)²). A single outlier makes about 1 of any number of calls.
 */
function slowCalls(statement: StatementFacts): number {
  return statement.calls / (1 + spreadOf(statement) ** 2)
}

function unsteadyFinding(statement: StatementFacts, facts: WindowFacts): Finding {
  const { label, role, calls, mean_ms, stddev_ms, share } = statement
  const slow = slowCalls(statement)
  const slowMean = (mean_ms * calls) / slow
  return statementFinding(statement, {
    name: 'unsteady_statement',
    title: 'Unsteady',
    level: costLevel(statement.total_ms, facts),
    summary: `deviation ${formatRatio(stddev_ms / mean_ms)} the mean, ${formatShare(share)} of time`,
    detail:
      `${label} takes ${formatMs(mean_ms)} a call on average as ${role}, with a deviation of ` +
      `${formatMs(stddev_ms)}: about ${formatCount(Math.round(slow))} of its ${formatCount(calls)} ` +
      `calls take nearly all of its time, some ${formatMs(slowMean)} each.`,
    remediation:
      'Some values, or some moments, are slow. Compare the plan for a common value with that for a ' +
      'rare one, as the role that runs it; if they differ, or should, create statistics or an index ' +
      'for the common one. If the plan is the same and fast, the calls waited: look for locks ' +
      `(select * from pg_stat_activity where wait_event_type = 'Lock').\n\n${explainAsRole(statement)}`,
    evidence: { spread: stddev_ms / mean_ms, slow_calls: slow, slow_mean_ms: slowMean },
  })
}
