import type { StatementFacts, WindowFacts } from '../../analyze/index.ts'
import type { Finding } from '../../finding.ts'
import { formatBytes, formatCount, formatShare, plural } from '../../quantity.ts'
import { costLevel, isJudged } from './cost-level.ts'
import { statementFinding } from './statement-finding.ts'

/** Rows a call from which on an answer is too large for a page. */
const manyRows = 1_000
/** Of requests through the API the rows are not counted: blocks a call stand for them. */
const manyBlocks = 1_000
const blockBytes = 8_192

/** Reads of many rows that nothing bounds. See docs/findings/unlimited_statement.md. */
export function unlimitedStatement(facts: WindowFacts): Finding[] {
  return facts.statements
    .filter((statement) => statement.verb === 'read' && statement.limited === false)
    .filter((statement) => isJudged(statement, facts))
    .flatMap((statement) => {
      if (statement.kind === 'rest') return unlimitedRequest(statement, facts)
      if (statement.kind === 'direct' || statement.kind === 'edge') return manyOf(statement, facts)
      return []
    })
}

function manyOf(statement: StatementFacts, facts: WindowFacts): Finding[] {
  const { label, role, calls, rows, share } = statement
  const each = rows / calls
  if (each < manyRows) return []
  const finding = statementFinding(statement, {
    name: 'unlimited_statement',
    title: 'No limit',
    level: costLevel(statement.total_ms, facts),
    summary: `${formatCount(each)} rows a call without a limit, ${formatShare(share)} of time`,
    detail:
      `${label} returns ${plural(Math.round(each), 'row')} a call as ${role}, ` +
      `${formatCount(rows)} in ${plural(calls, 'call')}, and has no limit: it grows with the table.`,
    remediation:
      'Read it in pages: order by a unique key, and limit 100 after the last key seen (where id > $1 ' +
      'order by id limit 100). If only a figure is needed of the rows, let the database aggregate them.',
    evidence: { rows_per_call: each, threshold_rows: manyRows },
  })
  return [finding]
}

/** PostgREST answers with one row that holds all: what it went through is what can be seen. */
function unlimitedRequest(statement: StatementFacts, facts: WindowFacts): Finding[] {
  const { label, role, calls, counters, share } = statement
  const each = (counters.sharedBlksHit + counters.sharedBlksRead) / calls
  if (each < manyBlocks || label.startsWith('HEAD ')) return []
  const bytes = formatBytes(each * blockBytes)
  const finding = statementFinding(statement, {
    name: 'unlimited_statement',
    title: 'No limit',
    level: costLevel(statement.total_ms, facts),
    summary: `no limit, ${bytes} gone through a call, ${formatShare(share)} of time`,
    detail:
      `${label} goes through ${bytes} a call as ${role}, ${plural(calls, 'call')}, and neither the ` +
      'request nor the API limits its rows. How many it sends is not counted.',
    remediation:
      'Page it: supabase.from(table).select(columns).order(key).range(0, 99), or .limit(100). Bound ' +
      'every request as well by the API’s “Max rows” (Settings → API; max_rows under [api] in ' +
      'supabase/config.toml).',
    evidence: { blocks_per_call: each, threshold_blocks: manyBlocks },
  })
  return [finding]
}
