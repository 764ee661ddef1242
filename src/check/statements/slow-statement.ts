import type { StatementFacts, WindowFacts } from '../../analyze/index.ts'
import type { Finding } from '../../finding.ts'
import { formatMs, formatShare, plural } from '../../quantity.ts'
import { costLevel, isJudged } from './cost-level.ts'
import { explainAsRole } from './explain-as-role.ts'
import { statementFinding } from './statement-finding.ts'

/** Statements whose calls take long, by the mean of the window. See docs/findings/slow_statement.md. */
export function slowStatement(facts: WindowFacts): Finding[] {
  return facts.statements
    .filter((statement) => statement.mean_ms >= facts.thresholds.slowMeanMs)
    .filter((statement) => isJudged(statement, facts))
    .map((statement) => slowFinding(statement, facts))
}

function slowFinding(statement: StatementFacts, facts: WindowFacts): Finding {
  const { label, role, calls, mean_ms, stddev_ms, share } = statement
  const summary = `${formatMs(mean_ms)} a call, ${formatShare(share)} of time`
  return statementFinding(statement, {
    name: 'slow_statement',
    title: 'Slow statement',
    level: costLevel(statement.total_ms, facts),
    summary,
    detail:
      `${label} takes ${formatMs(mean_ms)} a call on average (deviation ${formatMs(stddev_ms)}): ` +
      `${plural(calls, 'call')} as ${role}, ${formatShare(share)} of the window's time.`,
    remediation: remedy(statement),
    evidence: { threshold_mean_ms: facts.thresholds.slowMeanMs },
  })
}

function remedy(statement: StatementFacts): string {
  switch (statement.kind) {
    case 'realtime':
      return 'Subscribe to fewer tables and filter the subscriptions; broadcast from a trigger (realtime.send) instead of postgres_changes where many clients listen.'
    case 'auth':
      return "Auth runs this. Look for triggers of your own on auth.users and for a table that grew: select relname, n_live_tup from pg_stat_user_tables where schemaname = 'auth' order by n_live_tup desc;"
    case 'storage':
      return 'Storage runs this. Wrap auth functions in the policies of storage.objects as (select auth.uid()), and list folders by prefix with a limit.'
    case 'dashboard':
      return 'Only the dashboard or a person runs this: no user of yours waits for it.'
    default:
      return `See its plan as the role that runs it:\n\n${explainAsRole(statement)}\n\n${hints(statement)}`
  }
}

function hints(statement: StatementFacts): string {
  const rls = 'If a policy calls a function for each row, wrap it: (select auth.uid()).'
  const index =
    'If a Seq Scan filters many rows away, index the columns of the filter and of the policy.'
  const rpc =
    'The plan hides what the function does inside: run its statements one by one as that role.'
  if (statement.kind === 'rpc' || statement.verb === 'call') return `${rpc} ${rls}`
  return statement.role === 'anon' || statement.role === 'authenticated' ? `${index} ${rls}` : index
}
