import type { StatementFacts, WindowFacts } from '../../analyze/index.ts'
import type { Finding } from '../../finding.ts'
import { formatCount, formatMs, formatShare, plural } from '../../quantity.ts'
import { costLevel, isJudged } from './cost-level.ts'
import { statementFinding } from './statement-finding.ts'

/** Share of the planned workers that must not have started. */
const leastMissing = 0.25
/** Workers that must have been planned in the window. */
const leastPlanned = 20

/**
 * Statements planned for parallel workers that they don't get; counted from PostgreSQL 18 on.
 * See docs/findings/starved_statement.md.
 */
export function starvedStatement(facts: WindowFacts): Finding[] {
  return facts.statements
    .filter(({ counters }) => counters.parallelWorkersToLaunch >= leastPlanned)
    .filter((statement) => missingShare(statement) >= leastMissing && isJudged(statement, facts))
    .map((statement) => starvedFinding(statement, facts))
}

function missingShare({ counters }: StatementFacts): number {
  return 1 - counters.parallelWorkersLaunched / counters.parallelWorkersToLaunch
}

function starvedFinding(statement: StatementFacts, facts: WindowFacts): Finding {
  const { label, role, calls, mean_ms, counters } = statement
  const { parallelWorkersToLaunch: planned, parallelWorkersLaunched: launched } = counters
  const missing = missingShare(statement)
  return statementFinding(statement, {
    name: 'starved_statement',
    title: 'Parallel workers missing',
    level: costLevel(statement.total_ms * missing, facts),
    summary: `${formatShare(missing)} of its parallel workers did not start`,
    detail:
      `${label} was planned for ${formatCount(planned)} parallel workers and got ` +
      `${formatCount(launched)}: it runs with fewer processes than its plan counts on, ` +
      `${formatMs(mean_ms)} a call in ${plural(calls, 'call')} as ${role}.`,
    remediation:
      'The workers are busy elsewhere. Plan for fewer of them, so that each plan fits what is there ' +
      '(alter database postgres set max_parallel_workers_per_gather = 1;), or make the statement cheap ' +
      'enough to need none. More of them need more cores: max_parallel_workers should not exceed the cores.',
    evidence: { workers_planned: planned, workers_launched: launched, missing_share: missing },
  })
}
