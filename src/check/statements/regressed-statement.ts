import type { StatementFacts, WindowFacts } from '../../analyze/index.ts'
import { isLongEnough, meanShift } from '../../analyze/regressions/index.ts'
import type { Finding } from '../../finding.ts'
import { formatCount, formatMs, formatRatio, formatShare, formatTime } from '../../quantity.ts'
import { costLevel } from './cost-level.ts'
import { explainAsRole } from './explain-as-role.ts'
import { statementFinding } from './statement-finding.ts'
import { surroundings } from './surroundings.ts'
import { windowRise } from './window-rise.ts'

interface Rise {
  /** ms a call. */
  before: number
  after: number
  calls: { before: number; after: number }
  /** It began after the one and not after the other, ms since 1970; null if only windows are compared. */
  begin: { after: number; at: number } | null
  /** Calls of the window that it made slower. */
  slowed: number
  /** What it is compared with. */
  baseline: 'same_hour' | 'before' | 'windows'
  evidence: Finding['evidence']
}

/**
 * Statements that became slower and still are: against the same hour of earlier days, what went
 * before, or, as long as less than a day is stored, the window before.
 * See docs/findings/regressed_statement.md.
 */
export function regressedStatement(facts: WindowFacts): Finding[] {
  return facts.statements.flatMap((statement) => {
    const history = facts.history.get(statement.key) ?? []
    const rise = isLongEnough(history)
      ? historyRise(statement, facts)
      : fromWindows(statement, facts)
    return rise === null ? [] : [regressedFinding(statement, rise, facts)]
  })
}

function historyRise(statement: StatementFacts, facts: WindowFacts): Rise | null {
  const { regressionRatio: ratio, regressionMs, minCalls } = facts.thresholds
  const shift = meanShift(facts.history.get(statement.key) ?? [], { ratio, minCalls })
  if (shift === null || shift.now - shift.before < regressionMs) return null
  const { before, now, calls, after, at, baseline, clarity } = shift
  return {
    before,
    after: now,
    calls: { before: calls.before, after: calls.after },
    begin: { after, at },
    slowed: Math.min(statement.calls, calls.after),
    baseline,
    evidence: { baseline, clarity },
  }
}

function fromWindows(statement: StatementFacts, facts: WindowFacts): Rise | null {
  const rise = windowRise(statement, facts)
  if (rise === null) return null
  const { before, after, since } = rise
  const at = since === null ? null : Date.parse(since)
  return {
    before: before.meanMs,
    after: after.meanMs,
    calls: { before: before.calls, after: after.calls },
    begin: at === null ? null : { after: at - bucketMs(statement), at },
    slowed: after.calls,
    baseline: 'windows',
    evidence: { before_stddev_ms: before.stddevMs },
  }
}

function bucketMs({ series }: StatementFacts): number {
  const [first, second] = series
  if (first === undefined || second === undefined) return 0
  return Math.max(0, Date.parse(second.at) - Date.parse(first.at)) || 0
}

/** What it is compared with, in words. */
const against = {
  same_hour: ' against the same hours of earlier days',
  before: '',
  windows: '',
}

function regressedFinding(statement: StatementFacts, rise: Rise, facts: WindowFacts): Finding {
  const { label, role } = statement
  const { before, after, begin, calls } = rise
  const quotient = after / before
  const ratio = Number.isFinite(quotient) ? quotient : null
  const extraMs = (after - before) * rise.slowed
  const change = `${formatMs(before)} → ${formatMs(after)}`
  const factor = ratio === null ? '' : ` (${formatRatio(ratio)})`
  const since = begin === null ? null : isoOf(begin.at)
  const around = begin === null ? null : surroundings(statement, begin, facts)
  return statementFinding(statement, {
    name: 'regressed_statement',
    title: 'Became slower',
    level: costLevel(extraMs, facts),
    summary: `${change} a call${factor}`,
    detail:
      `${label} became slower${since === null ? '' : ` at about ${formatTime(since)}`}: ${change} a call${factor}${against[rise.baseline]}, ` +
      `${formatCount(calls.before)} calls before and ${formatCount(calls.after)} after as ${role}. ` +
      `The growth is ${formatShare(extraMs / facts.totalMs)} of the window's time.${around?.sentence ?? ''}`,
    remediation: remedy(statement, since),
    evidence: {
      before_mean_ms: before,
      ...rise.evidence,
      before_calls: calls.before,
      after_mean_ms: after,
      after_calls: calls.after,
      ratio,
      extra_ms: extraMs,
      regressed_at: since,
      ...(around === null || around.changes === null ? {} : { changes: around.changes }),
    },
  })
}

/** Null for what is no time: series of tests and of hostile data may have none. */
function isoOf(ms: number): string | null {
  return Number.isFinite(ms) ? new Date(ms).toISOString() : null
}

function remedy(statement: StatementFacts, since: string | null): string {
  const when = since === null ? 'between the two windows' : `shortly before ${formatTime(since)}`
  return (
    `Look at what changed ${when}: a migration (supabase migration list), a dropped index, a ` +
    'new policy, much new data. If data grew or statistics are old, analyze the table. Its plan as ' +
    `the role that runs it:\n\n${explainAsRole(statement)}`
  )
}
