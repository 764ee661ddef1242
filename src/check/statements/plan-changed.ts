import type { StatementFacts, WindowFacts } from '../../analyze/index.ts'
import {
  lastPlanChange,
  type PlanChange,
  planDifference,
  type StatementHistory,
} from '../../analyze/regressions/index.ts'
import type { Finding, FindingLevel } from '../../finding.ts'
import { formatMs, formatShare, formatTime } from '../../quantity.ts'
import { costLevel, isJudged } from './cost-level.ts'
import { explainAsRole } from './explain-as-role.ts'
import { statementFinding } from './statement-finding.ts'
import { surroundings } from './surroundings.ts'

/** A change of plan is news for so long, ms. */
const newsMs = 86_400_000
/** Growth of the mean from which the new plan is to blame. */
const slower = 1.5
/** Without being slower, only the statements that count are told of. */
const leastShare = 0.01

/**
 * Statements whose generic plan, as the role that runs them, is another one than before.
 * See docs/findings/plan_changed.md.
 */
export function planChanged(facts: WindowFacts): Finding[] {
  const end = Date.parse(facts.window.to)
  const begin = Math.min(end - newsMs, Date.parse(facts.window.from ?? facts.window.to))
  return facts.statements
    .filter((statement) => isJudged(statement, facts))
    .flatMap((statement) => {
      const change = lastPlanChange(facts.plans.get(statement.key) ?? [])
      if (change === null || change.now.firstSeenAt < begin) return []
      const means = meansAround(facts.history.get(statement.key) ?? [], change)
      const isSlower = means !== null && means.after >= slower * means.before
      if (!isSlower && statement.share < leastShare) return []
      return [planFinding(statement, change, means, facts)]
    })
}

interface Means {
  before: number
  after: number
  callsAfter: number
}

/** The mean of a day before the old plan was last seen, and since the new one was. */
function meansAround(history: StatementHistory, { before, now }: PlanChange): Means | null {
  const early = history.filter(
    ({ at }) => at < before.lastSeenAt && at >= before.lastSeenAt - newsMs,
  )
  const late = history.filter(({ at }) => at >= now.firstSeenAt)
  const [was, is] = [sum(early), sum(late)]
  if (was.calls === 0 || is.calls === 0) return null
  return { before: was.ms / was.calls, after: is.ms / is.calls, callsAfter: is.calls }
}

function sum(points: StatementHistory): { calls: number; ms: number } {
  return points.reduce(
    (total, { calls, totalMs }) => ({ calls: total.calls + calls, ms: total.ms + totalMs }),
    { calls: 0, ms: 0 },
  )
}

function planFinding(
  statement: StatementFacts,
  change: PlanChange,
  means: Means | null,
  facts: WindowFacts,
): Finding {
  const { label, role, share } = statement
  const since = new Date(change.now.firstSeenAt).toISOString()
  const begin = { after: change.before.lastSeenAt, at: change.now.firstSeenAt }
  const around = surroundings(statement, begin, facts)
  const difference = planDifference(change)
  const back = change.isBack ? ' It had this plan before: the planner wavers between the two.' : ''
  const effect =
    means === null ? '' : ` Mean ${formatMs(means.before)} before, ${formatMs(means.after)} since.`
  return statementFinding(statement, {
    name: 'plan_changed',
    title: 'Plan changed',
    level: levelOf(statement, means, facts),
    summary: difference,
    detail:
      `${label} has another plan as ${role} since ${formatTime(since)} at the latest: ${difference}. ` +
      `It takes ${formatShare(share)} of the window's time.${effect}${back}${around.sentence}`,
    remediation:
      'If it is slower, see what the old plan used and the new one does not: a dropped index, a ' +
      'policy, old statistics (analyze the table), or data that grew past the point where the planner ' +
      `changes its mind. The plan now:\n\n${explainAsRole(statement)}`,
    evidence: {
      plan_before: change.before.shape,
      plan_now: change.now.shape,
      plan_seen_at: since,
      wavers: change.isBack,
      ...(means === null ? {} : { before_mean_ms: means.before, after_mean_ms: means.after }),
      ...(around.changes === null ? {} : { changes: around.changes }),
    },
  })
}

/** Another plan is no trouble by itself: what it costs more is. */
function levelOf({ calls }: StatementFacts, means: Means | null, facts: WindowFacts): FindingLevel {
  if (means === null || means.after < slower * means.before) return 'INFO'
  return costLevel((means.after - means.before) * Math.min(calls, means.callsAfter), facts)
}
