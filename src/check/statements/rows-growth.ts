import type { StatementFacts, WindowFacts } from '../../analyze/index.ts'
import { rowsShift, type Shift } from '../../analyze/regressions/index.ts'
import type { Finding } from '../../finding.ts'
import { formatCount, formatRatio, formatShare, formatTime } from '../../quantity.ts'
import { costLevel, isJudged } from './cost-level.ts'
import { explainAsRole } from './explain-as-role.ts'
import { statementFinding } from './statement-finding.ts'
import { surroundings } from './surroundings.ts'

/** Fewer additional rows a call cost nobody anything. */
const leastRows = 100

/**
 * Statements whose calls return or touch far more rows than before.
 * See docs/findings/rows_growth.md.
 */
export function rowsGrowth(facts: WindowFacts): Finding[] {
  const { rowsRatio: ratio, minCalls } = facts.thresholds
  return facts.statements
    .filter((statement) => isJudged(statement, facts))
    .flatMap((statement) => {
      const history = facts.history.get(statement.key)
      const shift = history === undefined ? null : rowsShift(history, { ratio, minCalls })
      if (shift === null || shift.now - shift.before < leastRows) return []
      return [growthFinding(statement, shift, facts)]
    })
}

function growthFinding(statement: StatementFacts, shift: Shift, facts: WindowFacts): Finding {
  const { label, role, share } = statement
  const { before, now, at, calls } = shift
  const since = new Date(at).toISOString()
  const around = surroundings(statement, shift, facts)
  const change = `${formatCount(before)} → ${formatCount(now)} rows a call`
  const caused = Math.min(1, calls.after / statement.calls) * (1 - before / now)
  return statementFinding(statement, {
    name: 'rows_growth',
    title: 'Returns more rows',
    level: costLevel(statement.total_ms * caused, facts),
    summary: `${change} (${formatRatio(now / before)})`,
    detail:
      `${label} takes more rows as ${role} since about ${formatTime(since)}: ${change} ` +
      `(${formatRatio(now / before)}). It takes ${formatShare(share)} of the window's time.${around.sentence}`,
    remediation:
      statement.verb === 'write'
        ? `See whether each call should touch so many rows: a condition may be missing. Its plan as the role that runs it:\n\n${explainAsRole(statement)}`
        : `Give it a limit and pages, or a condition that keeps the answer small however much data there is. Its plan as the role that runs it:\n\n${explainAsRole(statement)}`,
    evidence: {
      before_rows_per_call: before,
      rows_per_call: now,
      ratio: now / before,
      clarity: shift.clarity,
      grew_at: since,
      ...(around.changes === null ? {} : { changes: around.changes }),
    },
  })
}
