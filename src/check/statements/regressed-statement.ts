import type { StatementFacts, WindowFacts } from '../../analyze/index.ts'
import type { Finding } from '../../finding.ts'
import { formatCount, formatMs, formatRatio, formatShare, formatTime } from '../../quantity.ts'
import { findRise } from './change-point.ts'
import { costLevel } from './cost-level.ts'
import { explainAsRole } from './explain-as-role.ts'
import { statementFinding } from './statement-finding.ts'

/** Standard errors by which two means must differ: what noise reaches once in 700 comparisons. */
const clearErrors = 3
/** The same where the best of many splits is taken. */
const clearErrorsOfBest = 5

interface Rise {
  before: { calls: number; meanMs: number; stddevMs: number }
  after: { calls: number; meanMs: number; stddevMs: number }
  /** When it rose, ISO 8601; null if only the windows are compared. */
  since: string | null
}

/**
 * Statements that became slower, against the window before or within this one.
 * See docs/findings/regressed_statement.md.
 */
export function regressedStatement(facts: WindowFacts): Finding[] {
  return facts.statements.flatMap((statement) => {
    const rise = againstBefore(statement, facts) ?? withinWindow(statement, facts)
    return rise === null ? [] : [regressedFinding(statement, rise, facts)]
  })
}

function againstBefore(statement: StatementFacts, facts: WindowFacts): Rise | null {
  const { before, calls, mean_ms, stddev_ms } = statement
  const { minCalls } = facts.thresholds
  if (before === null || before.calls < minCalls || calls < minCalls) return null
  const rise = {
    before,
    after: { calls, meanMs: mean_ms, stddevMs: stddev_ms },
    since: withinWindow(statement, facts)?.since ?? null,
  }
  return isClear(rise, facts, clearErrors) ? rise : null
}

function withinWindow(statement: StatementFacts, facts: WindowFacts): Rise | null {
  const change = findRise(statement.series, facts.thresholds.minCalls)
  if (change === null) return null
  const stddevMs = withinDeviation(statement, change)
  const rise = {
    before: { ...change.before, stddevMs },
    after: { ...change.after, stddevMs },
    since: change.at,
  }
  return isClear(rise, facts, clearErrorsOfBest) ? rise : null
}

/** The deviation within both sides: that of the window without what the sides' means add to it. */
function withinDeviation(
  statement: StatementFacts,
  {
    before,
    after,
  }: {
    before: { calls: number; meanMs: number }
    after: Rise['after'] | { calls: number; meanMs: number }
  },
): number {
  const calls = before.calls + after.calls
  const between =
    (before.calls * after.calls * (after.meanMs - before.meanMs) ** 2) / (calls * calls)
  return Math.sqrt(Math.max(0, statement.stddev_ms ** 2 - between))
}

function isClear({ before, after }: Rise, { thresholds }: WindowFacts, errors: number): boolean {
  const growth = after.meanMs - before.meanMs
  const error = Math.sqrt(before.stddevMs ** 2 / before.calls + after.stddevMs ** 2 / after.calls)
  return (
    after.meanMs >= thresholds.regressionRatio * before.meanMs &&
    growth >= thresholds.regressionMs &&
    growth > errors * error
  )
}

function regressedFinding(statement: StatementFacts, rise: Rise, facts: WindowFacts): Finding {
  const { label, role } = statement
  const { before, after, since } = rise
  const quotient = after.meanMs / before.meanMs
  const ratio = Number.isFinite(quotient) ? quotient : null
  const extraMs = (after.meanMs - before.meanMs) * after.calls
  const change = `${formatMs(before.meanMs)} → ${formatMs(after.meanMs)}`
  const factor = ratio === null ? '' : ` (${formatRatio(ratio)})`
  return statementFinding(statement, {
    name: 'regressed_statement',
    title: 'Became slower',
    level: costLevel(extraMs, facts),
    summary: `${change} a call${factor}`,
    detail:
      `${label} became slower${since === null ? '' : ` at about ${formatTime(since)}`}: ${change} a call${factor}, ` +
      `${formatCount(before.calls)} calls before and ${formatCount(after.calls)} after as ${role}. ` +
      `The growth is ${formatShare(extraMs / facts.totalMs)} of the window's time.`,
    remediation: remedy(statement, since),
    evidence: {
      before_mean_ms: before.meanMs,
      before_stddev_ms: before.stddevMs,
      before_calls: before.calls,
      after_mean_ms: after.meanMs,
      after_calls: after.calls,
      ratio,
      extra_ms: extraMs,
      regressed_at: since,
    },
  })
}

function remedy(statement: StatementFacts, since: string | null): string {
  const when = since === null ? 'between the two windows' : `shortly before ${formatTime(since)}`
  return (
    `Look at what changed ${when}: a migration (supabase migration list), a dropped index, a ` +
    'new policy, much new data. If data grew or statistics are old, analyze the table. Its plan as ' +
    `the role that runs it:\n\n${explainAsRole(statement)}`
  )
}
