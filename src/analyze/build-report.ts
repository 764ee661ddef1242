import type { Report, ReportStatement, ReportWindow } from '../report.ts'
import { judgeCompleteness } from './completeness.ts'
import type { Judgement, StatementFacts, WindowFacts } from './facts.ts'
import { notSeen } from './not-seen.ts'
import { keyOf, type Ranking, rankStatements } from './rank-statements.ts'
import type { ReportInput } from './report-input.ts'

/**
 * Makes the report of a window: ranks its statements by time, judges them, and says how complete
 * the figures are and what they cannot show.
 *
 * @param judge - The rules: `judgeStatements` of src/check.
 */
export function buildReport(input: ReportInput, judge: (facts: WindowFacts) => Judgement): Report {
  const ranking = rankStatements(input)
  const facts = factsOf(input, ranking)
  const { findings, flags } = judge(facts)
  const isLifetime = input.window.source === 'lifetime'
  return {
    schema: 1,
    generated_at: input.now,
    database: input.database,
    window: input.window,
    previous: input.previous && { from: input.previous.from, to: input.previous.to },
    completeness: judgeCompleteness(input),
    totals: ranking.totals,
    statements: ranking.ranked
      .slice(0, input.options.top)
      .map((statement) => listed(statement, flags.get(statement.key) ?? [], isLifetime)),
    findings,
    not_seen: notSeen(input, ranking.unranked),
    ...marksOf(input),
  }
}

/** The marks of the window; nothing if there are none. */
function marksOf({ window, changes = [] }: ReportInput): Pick<Report, 'marks'> {
  const from = window.from === null ? Number.NEGATIVE_INFINITY : Date.parse(window.from)
  const marks = changes
    .filter(({ kind, at }) => kind === 'mark' && at >= from && at <= Date.parse(window.to))
    .map(({ object, at }) => ({ at: new Date(at).toISOString(), name: object }))
  return marks.length === 0 ? {} : { marks }
}

/** The facts of a window, for rules that judge it outside a report. */
export function windowFacts(input: ReportInput): WindowFacts {
  return factsOf(input, rankStatements(input))
}

function factsOf(input: ReportInput, { totals, ranked }: Ranking): WindowFacts {
  return {
    window: input.window,
    minutes: minutesOf(input.window),
    hasBefore: input.previous !== null,
    top: input.options.top,
    totalMs: totals.total_ms,
    calls: ranked.reduce((sum, statement) => sum + statement.calls, 0),
    statements: ranked,
    history: new Map((input.history ?? []).map((one) => [keyOf(one), one.points])),
    plans: new Map((input.plans ?? []).map((one) => [keyOf(one), one.sightings])),
    changes: input.changes ?? [],
    thresholds: input.options.thresholds,
  }
}

function minutesOf(window: ReportWindow): number | null {
  if (window.from === null) return null
  const ms = Date.parse(window.to) - Date.parse(window.from)
  return Number.isFinite(ms) && ms > 0 ? ms / 60_000 : null
}

function listed(
  statement: StatementFacts,
  flags: ReportStatement['flags'],
  isLifetime: boolean,
): ReportStatement {
  const {
    key: _k,
    verb: _v,
    lookup: _l,
    rank: _r,
    firstSeenAt: _f,
    before: _b,
    counters: _c,
    limited: _m,
    ...rest
  } = statement
  return { ...rest, flags: [...flags], series: isLifetime ? [] : rest.series }
}
