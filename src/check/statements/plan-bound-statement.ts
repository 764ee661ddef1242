import type { StatementFacts, WindowFacts } from '../../analyze/index.ts'
import type { Finding } from '../../finding.ts'
import { formatMs, formatShare, plural } from '../../quantity.ts'
import { costLevel, isJudged } from './cost-level.ts'
import { statementFinding } from './statement-finding.ts'

/** Planning below this a call is what any statement costs, ms. */
const leastPlanMs = 0.5

/**
 * Statements that take longer to plan than to run; known only where planning is counted.
 * See docs/findings/plan_bound_statement.md.
 */
export function planBoundStatement(facts: WindowFacts): Finding[] {
  const planMs = facts.statements.reduce((sum, one) => sum + one.plan_ms, 0)
  const allMs = facts.totalMs + planMs
  return facts.statements
    .filter(({ plan_ms, total_ms }) => plan_ms > total_ms)
    .filter(({ plan_ms, counters }) => plan_ms >= leastPlanMs * counters.plans)
    .filter(({ plan_ms, calls }) => isJudged({ calls, share: plan_ms / allMs }, facts))
    .map((statement) => planBoundFinding(statement, allMs, facts))
}

function planBoundFinding(statement: StatementFacts, allMs: number, facts: WindowFacts): Finding {
  const { label, role, calls, mean_ms, plan_ms, counters } = statement
  const each = plan_ms / counters.plans
  const share = plan_ms / allMs
  return statementFinding(statement, {
    name: 'plan_bound_statement',
    title: 'Planning takes longer than running',
    level: costLevel(plan_ms, facts, allMs),
    summary: `${formatMs(each)} to plan, ${formatMs(mean_ms)} to run`,
    detail:
      `${label} takes ${formatMs(each)} to plan and ${formatMs(mean_ms)} to run: planned ` +
      `${plural(counters.plans, 'time')} for ${plural(calls, 'call')} as ${role}, ` +
      `${formatShare(share)} of the window's time with planning.`,
    remediation: remedy(statement),
    evidence: { plan_ms, plans: counters.plans, plan_ms_each: each, plan_share: share },
  })
}

function remedy({ kind }: StatementFacts): string {
  const less =
    'Give the planner less to choose from: fewer joins and views in views, a condition on the ' +
    'partition key, fewer partitions and indexes on the tables.'
  return kind === 'rest' || kind === 'rpc'
    ? `${less} The API prepares statements only on a session of its own or on a pooler that keeps them; where prepared statements are off (db-prepared-statements), each request is planned anew.`
    : `${less} Or plan it once: a named prepared statement on a connection that lives (pg: { name, text, values }) uses one generic plan after the fifth call.`
}
