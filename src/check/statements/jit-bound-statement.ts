import type { StatementFacts, WindowFacts } from '../../analyze/index.ts'
import type { Finding } from '../../finding.ts'
import { formatMs, formatShare, plural } from '../../quantity.ts'
import { quoteIdentifier } from '../../quote.ts'
import { costLevel, isJudged } from './cost-level.ts'
import { statementFinding } from './statement-finding.ts'

/** Share of its time from which on compiling is what it waits for. */
const leastJitShare = 0.2

/** Statements that spend much of their time being compiled. See docs/findings/jit_bound_statement.md. */
export function jitBoundStatement(facts: WindowFacts): Finding[] {
  return facts.statements
    .filter((statement) => statement.jit_ms >= leastJitShare * statement.total_ms)
    .filter((statement) => statement.jit_ms > 0 && isJudged(statement, facts))
    .map((statement) => jitFinding(statement, facts))
}

function jitFinding(statement: StatementFacts, facts: WindowFacts): Finding {
  const { label, role, calls, mean_ms, jit_ms, total_ms } = statement
  const share = Math.min(1, jit_ms / total_ms)
  return statementFinding(statement, {
    name: 'jit_bound_statement',
    title: 'Compiles longer than it should',
    level: costLevel(jit_ms, facts),
    summary: `${formatShare(share)} of its time is JIT`,
    detail:
      `${label} spends ${formatMs(jit_ms / calls)} of ${formatMs(mean_ms)} a call compiling ` +
      `(${formatShare(share)}), each time anew: ${plural(calls, 'call')} as ${role}.`,
    remediation:
      'Compiling pays for reports of seconds, not for what an API asks. Switch it off for the role ' +
      `(new connections only):\n\nalter role ${quoteIdentifier(role)} set jit = off;\n\nor raise the cost from which on ` +
      'it is tried: alter database postgres set jit_above_cost = 1000000;\n\nThe planner compiles ' +
      'because it expects a costly plan: if it runs fast, its estimates are too high (analyze its tables).',
    evidence: { jit_ms, jit_share: share },
  })
}
