import type { StatementFacts, WindowFacts } from '../../analyze/index.ts'
import { median } from '../../analyze/regressions/index.ts'
import { findRise } from './change-point.ts'

/** Standard errors by which two means must differ: what noise reaches once in 700 comparisons. */
const clearErrors = 3
/** The same where the best of many splits is taken. */
const clearErrorsOfBest = 5

/** Both sides of a rise, as the window and the one before it tell. */
export interface WindowRise {
  before: { calls: number; meanMs: number; stddevMs: number }
  after: { calls: number; meanMs: number; stddevMs: number }
  /** When it rose, ISO 8601; null if only the windows are compared. */
  since: string | null
}

/**
 * Whether a statement became slower, against the window before or within this one: what can be told
 * as long as less than a day is stored.
 */
export function windowRise(statement: StatementFacts, facts: WindowFacts): WindowRise | null {
  const rise = againstBefore(statement, facts) ?? withinWindow(statement, facts)
  return rise === null || hasPassed(rise, statement) ? null : rise
}

/** A burst that is over: the last third of the window is as before. */
function hasPassed({ before, after }: WindowRise, { series }: StatementFacts): boolean {
  const means = series.filter(({ calls }) => calls > 0).map((p) => p.total_ms / p.calls)
  if (means.length < 3) return false
  const late = means.slice(-Math.ceil(means.length / 3))
  return median(late) < (before.meanMs + after.meanMs) / 2
}

function againstBefore(statement: StatementFacts, facts: WindowFacts): WindowRise | null {
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

function withinWindow(statement: StatementFacts, facts: WindowFacts): WindowRise | null {
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
    after: WindowRise['after'] | { calls: number; meanMs: number }
  },
): number {
  const calls = before.calls + after.calls
  const between =
    (before.calls * after.calls * (after.meanMs - before.meanMs) ** 2) / (calls * calls)
  return Math.sqrt(Math.max(0, statement.stddev_ms ** 2 - between))
}

function isClear(
  { before, after }: WindowRise,
  { thresholds }: WindowFacts,
  errors: number,
): boolean {
  const growth = after.meanMs - before.meanMs
  const error = Math.sqrt(before.stddevMs ** 2 / before.calls + after.stddevMs ** 2 / after.calls)
  return (
    after.meanMs >= thresholds.regressionRatio * before.meanMs &&
    growth >= thresholds.regressionMs &&
    growth > errors * error
  )
}
