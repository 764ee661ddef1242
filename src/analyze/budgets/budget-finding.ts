import type { Budget } from '../../budget.ts'
import type { Finding } from '../../finding.ts'
import { formatMs, formatTime, plural } from '../../quantity.ts'
import type { BudgetState, WindowVerdict } from './judge-budget.ts'

/**
 * The finding of a budget that is raised, or that has cleared just now. See
 * docs/findings/budget_exceeded.md.
 *
 * @param before - How it stood before; null if it was never judged.
 * @returns Null if the budget holds and held.
 */
export function budgetFinding(
  budget: Budget,
  before: BudgetState | null,
  now: BudgetState,
): Finding | null {
  const isRaised = now.state === 'raised'
  if (!isRaised && before?.state !== 'raised') return null
  const known = now.verdicts.filter(({ value, verdict }) => value !== null && verdict !== 'unknown')
  const newest = known.at(-1)
  const figure = newest === undefined ? 'unknown' : say(budget, newest.value ?? Number.NaN)
  const limit = say(budget, budget.below)
  return {
    name: 'budget_exceeded',
    title: 'Budget exceeded',
    level: levelOf(budget, newest),
    categories: ['PERFORMANCE'],
    detail: isRaised ? raisedDetail(budget, now, newest) : clearedDetail(budget, now, figure),
    remediation: remedy(budget),
    metadata: {
      schema: null,
      name: budget.name,
      type: 'budget',
      role: budget.subject.kind === 'statement' ? budget.subject.role : null,
      summary: `${figure}, budget ${limit}`,
      rules: 'budget_exceeded',
    },
    cacheKey: `budget_exceeded:${budget.name}`,
    evidence: evidenceOf(budget, newest, now.since),
    state: isRaised ? 'open' : 'resolved',
  }
}

function levelOf(budget: Budget, newest: WindowVerdict | undefined): Finding['level'] {
  return (newest?.value ?? 0) >= budget.below * budget.raiseAtRatio ? 'ERROR' : 'WARN'
}

function raisedDetail(
  budget: Budget,
  { since, verdicts }: BudgetState,
  newest: WindowVerdict | undefined,
): string {
  const silence = verdicts.at(-1)?.verdict === 'unknown' ? verdicts.at(-1)?.reason : undefined
  const measured =
    newest === undefined
      ? 'nothing is known of it'
      : `${say(budget, newest.value ?? Number.NaN)}${errorWords(newest)} in the ${formatMs(budget.windowMinutes * 60_000)} to ${formatTime(newest.to)} (${plural(newest.samples, sampleWord(budget))})`
  const now = silence === undefined ? '' : ` Since then it can't be judged: ${silence}.`
  return `${budget.name}: ${measured}; over budget since ${formatTime(since)}.${now}`
}

function clearedDetail(budget: Budget, { since }: BudgetState, figure: string): string {
  return `${budget.name}: ${figure}; well within budget for ${plural(budget.clearAfter, 'window')}, up to ${formatTime(since)}.`
}

function errorWords({ errorBound }: WindowVerdict): string {
  return errorBound > 0 ? ` (±${(errorBound * 100).toFixed(0)} %)` : ''
}

function sampleWord({ subject }: Budget): string {
  return subject.kind === 'statement' ? 'call' : 'event'
}

/** CLS has no unit. */
function say({ subject }: Budget, value: number): string {
  const isUnitless = subject.kind === 'vital' && subject.vital === 'CLS'
  return isUnitless ? value.toFixed(3).replace(/\.?0+$/, '') : formatMs(value)
}

function remedy({ subject }: Budget): string {
  switch (subject.kind) {
    case 'statement':
      return 'Look for what changed when it went over: `supascope report` has the trend of the statement and its plan by role; `supascope check` names what slows it.'
    case 'vital':
      return "Look at the attribution of the page's vital and at its slowest requests: what changed on the page, or behind it, when it went over?"
    default:
      return 'Look at the spans and statements behind it: `supascope report --since 1h` shows where the time went when it went over.'
  }
}

function evidenceOf(
  budget: Budget,
  newest: WindowVerdict | undefined,
  since: string,
): Finding['evidence'] {
  const unit = budget.subject.kind === 'vital' && budget.subject.vital === 'CLS' ? '' : '_ms'
  return {
    [`measured${unit}`]: newest?.value ?? null,
    [`budget${unit}`]: budget.below,
    samples: newest?.samples ?? null,
    error_bound: newest?.errorBound ?? null,
    since_at: since,
  }
}
