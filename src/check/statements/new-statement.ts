import type { StatementFacts, WindowFacts } from '../../analyze/index.ts'
import type { Finding } from '../../finding.ts'
import { formatMs, formatShare, formatTime, plural } from '../../quantity.ts'
import { costLevel } from './cost-level.ts'
import { explainAsRole } from './explain-as-role.ts'
import { statementFinding } from './statement-finding.ts'
import { surroundings } from './surroundings.ts'

/** A new statement below this share of the time is not worth a line. */
const leastShare = 0.01

/** Statements that first ran in this window and count already. See docs/findings/new_statement.md. */
export function newStatement(facts: WindowFacts): Finding[] {
  const { from } = facts.window
  // Without a window before, all that runs seldom would look new.
  if (from === null || !facts.hasBefore) return []
  return facts.statements
    .filter((s) => s.firstSeenAt !== null && Date.parse(s.firstSeenAt) >= Date.parse(from))
    .filter((s) => s.before === null && s.rank <= facts.top && s.share >= leastShare)
    .map((s) => newFinding(s, s.firstSeenAt ?? from, facts))
}

function newFinding(statement: StatementFacts, since: string, facts: WindowFacts): Finding {
  const { label, role, calls, mean_ms, share, rank } = statement
  const cost = costLevel(statement.total_ms, facts)
  const at = Date.parse(since)
  const around = surroundings(statement, { after: at, at }, facts)
  return statementFinding(statement, {
    name: 'new_statement',
    title: 'New statement',
    // Being new is no error: what is wrong with it has rules of its own.
    level: cost === 'ERROR' ? 'WARN' : cost,
    summary: `new, rank ${rank}, ${formatShare(share)} of time`,
    detail:
      `${label} first ran at ${formatTime(since)} and is number ${rank} already: ${plural(calls, 'call')} ` +
      `as ${role}, ${formatMs(mean_ms)} each, ${formatShare(share)} of the window's time.${around.sentence}`,
    remediation:
      'See which deployment brought it, and whether it should run this often. Its plan as the ' +
      `role that runs it:\n\n${explainAsRole(statement)}`,
    evidence: {
      first_seen_at: since,
      rank,
      ...(around.changes === null ? {} : { changes: around.changes }),
    },
  })
}
