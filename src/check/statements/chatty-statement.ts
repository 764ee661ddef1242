import type { StatementFacts, WindowFacts } from '../../analyze/index.ts'
import type { Finding } from '../../finding.ts'
import { formatCount, formatMs, formatShare } from '../../quantity.ts'
import { costLevel } from './cost-level.ts'
import { statementFinding } from './statement-finding.ts'

/** Rows a call up to which plain SQL looks like fetching one thing at a time. */
const mostRows = 3
/** Of all calls: a busy endpoint among many busy ones is no N+1. */
const leastCallShare = 0.1
/** What the API and the transaction around it cost for each call at least, ms. */
const overheadMs = 0.5

/**
 * Cheap statements that run row by row where one would do: the shape of N+1.
 * See docs/findings/chatty_statement.md.
 */
export function chattyStatement(facts: WindowFacts): Finding[] {
  const { minutes, thresholds } = facts
  if (minutes === null) return []
  return facts.statements
    .filter((s) => s.lookup && isOneByOne(s) && s.mean_ms < thresholds.slowMeanMs)
    .filter((s) => s.calls >= thresholds.minCalls && s.calls >= leastCallShare * facts.calls)
    .filter((s) => s.calls / minutes >= thresholds.chattyCallsPerMinute)
    .map((statement) => chattyFinding(statement, statement.calls / minutes, facts))
}

/** PostgREST answers each request with one row that holds them all, so its rows say nothing. */
function isOneByOne(statement: StatementFacts): boolean {
  return statement.kind === 'rest' || statement.rows <= mostRows * statement.calls
}

function chattyFinding(statement: StatementFacts, perMinute: number, facts: WindowFacts): Finding {
  const { label, role, calls, mean_ms, share } = statement
  const callShare = calls / facts.calls
  return statementFinding(statement, {
    name: 'chatty_statement',
    title: 'Chatty (N+1)',
    level: costLevel(
      statement.total_ms + overheadMs * calls,
      facts,
      facts.totalMs + overheadMs * facts.calls,
    ),
    summary: `${formatCount(perMinute)} calls a minute, ${formatShare(callShare)} of calls`,
    detail:
      `${label} runs ${formatCount(perMinute)} times a minute as ${role}, ` +
      `${formatShare(callShare)} of all calls, ${formatMs(mean_ms)} each: it looks like one query ` +
      `a row. It takes ${formatShare(share)} of the time here and a round trip each at the caller.`,
    remediation: remedy(statement),
    evidence: {
      calls_per_minute: perMinute,
      call_share: callShare,
      rows_per_call: statement.rows / calls,
      threshold_calls_per_minute: facts.thresholds.chattyCallsPerMinute,
    },
  })
}

function remedy({ kind, verb }: StatementFacts): string {
  if (verb === 'write') {
    return kind === 'rest'
      ? 'Send the rows as one array: supabase.from(table).insert([…]) or .upsert([…]) is one statement.'
      : 'Write the rows in one statement: insert … select * from unnest($1, $2), or values with many rows.'
  }
  return kind === 'rest'
    ? "Ask once: embed it in the request that lists the parents (.select('*, messages(*)')), or fetch all by .in('conversation_id', ids)."
    : 'Ask once: join it to the query that lists the parents, or fetch all by where id = any($1).'
}
