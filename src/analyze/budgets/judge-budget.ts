import type { Budget } from '../../budget.ts'

/** What was measured of a budget in one window. */
export interface Measurement {
  /** ISO 8601 */
  from: string
  to: string
  /** Null if nothing was measured; `reason` says why. */
  value: number | null
  samples: number
  /** The true figure lies within `value` ÷ and × (1 + this). */
  errorBound: number
  /** Why there is no value, or it is not worth much; empty else. */
  reason: string
}

/** `over` and `under` are sure; `near` is over nothing, but not far enough below to clear. */
export type Verdict = 'over' | 'near' | 'under' | 'unknown'

export interface WindowVerdict {
  /** End of the window, ISO 8601. */
  to: string
  verdict: Verdict
  value: number | null
  samples: number
  errorBound: number
  reason: string
}

/** How a budget stands: what is stored between two judgements. */
export interface BudgetState {
  state: 'ok' | 'raised'
  /** Since when, ISO 8601. */
  since: string
  /** Of the last windows, oldest first. */
  verdicts: WindowVerdict[]
}

/** Windows that are remembered beyond those that a budget counts. */
const mostVerdicts = 100

/** Judges one window by itself. What can't be known for sure counts for neither side. */
export function verdictOf(budget: Budget, measured: Measurement): Verdict {
  const { value, samples, errorBound } = measured
  if (value === null || samples < budget.minSamples) return 'unknown'
  if (value / (1 + errorBound) > budget.below) return 'over'
  return value * (1 + errorBound) < budget.below * budget.clearBelow ? 'under' : 'near'
}

/**
 * Takes one more window into account.
 *
 * A budget is raised when `raiseAfter` of its last `of` known windows were over it, or one by far.
 * It clears when the last `clearAfter` known windows were all well under it. Windows of which nothing
 * is known change nothing: silence is no recovery.
 *
 * @param before - Null for a budget that was never judged.
 * @returns The state as it was if the window is not newer than the last one.
 */
export function judgeBudget(
  budget: Budget,
  before: BudgetState | null,
  measured: Measurement,
): BudgetState {
  const { to, value, samples, errorBound } = measured
  const last = before?.verdicts.at(-1)
  if (before !== null && last !== undefined && Date.parse(last.to) >= Date.parse(to)) return before
  const verdict = verdictOf(budget, measured)
  const reason =
    verdict === 'unknown' && measured.reason === ''
      ? `${samples} of the ${budget.minSamples} samples that it takes`
      : measured.reason
  const verdicts = [
    ...(before?.verdicts ?? []),
    { to, verdict, value, samples, errorBound, reason },
  ].slice(-mostVerdicts)
  const was = before?.state ?? 'ok'
  const state = was === 'ok' ? raisedBy(budget, verdicts) : clearedBy(budget, verdicts)
  return { state, since: before !== null && state === was ? before.since : to, verdicts }
}

/** Windows further back than so many times `of` have nothing to do with those of now. */
const memory = 4

function raisedBy(budget: Budget, verdicts: readonly WindowVerdict[]): BudgetState['state'] {
  const newest = verdicts.at(-1)
  const oldest = Date.parse(newest?.to ?? '') - memory * budget.of * budget.windowMinutes * 60_000
  const known = verdicts
    .filter(({ verdict, to }) => verdict !== 'unknown' && Date.parse(to) > oldest)
    .slice(-budget.of)
  const byFar =
    newest?.verdict === 'over' &&
    (newest.value ?? 0) / (1 + newest.errorBound) >= budget.below * budget.raiseAtRatio
  // Old windows raise nothing by themselves: the newest must be over as well.
  const often =
    newest?.verdict === 'over' &&
    known.filter(({ verdict }) => verdict === 'over').length >= budget.raiseAfter
  return byFar || often ? 'raised' : 'ok'
}

function clearedBy(budget: Budget, verdicts: readonly WindowVerdict[]): BudgetState['state'] {
  const known = verdicts.filter(({ verdict }) => verdict !== 'unknown').slice(-budget.clearAfter)
  const isClear =
    known.length >= budget.clearAfter && known.every(({ verdict }) => verdict === 'under')
  return isClear ? 'ok' : 'raised'
}

/** A window that has ended is whole only so long after its end, ms: events come late. */
const settleMs = 120_000

/**
 * The windows that are to be judged now, oldest first: they lie side by side on a grid, so that
 * whoever judges, however often, judges the same ones. What was missed is judged later, as far back
 * as it counts.
 *
 * @param now - ms since 1970
 * @param judgedTo - End of the last window that was judged; null if none was.
 */
export function windowsToJudge(
  budget: Budget,
  now: number,
  judgedTo: string | null,
): { from: Date; to: Date }[] {
  const length = budget.windowMinutes * 60_000
  const newest = Math.floor((now - settleMs) / length) * length
  const most = judgedTo === null ? 1 : Math.max(budget.of, budget.clearAfter)
  const after = judgedTo === null ? Number.NEGATIVE_INFINITY : Date.parse(judgedTo)
  return Array.from({ length: most }, (_, i) => newest - (most - 1 - i) * length)
    .filter((to) => to > after)
    .map((to) => ({ from: new Date(to - length), to: new Date(to) }))
}
