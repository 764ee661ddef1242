import { plural } from '../quantity.ts'
import type { Completeness } from '../report.ts'
import { explainGaps } from './gaps.ts'
import type { ReportInput } from './report-input.ts'

/** Says whether every call of a window is counted, and if not, why not. */
export function judgeCompleteness(input: ReportInput): Completeness {
  const lowerBounds = input.statements.filter((statement) => statement.mayMissCalls).length
  const reasons = [
    ...(input.intervals === null ? lifetimeReasons(input) : explainGaps(input.intervals.gaps)),
  ]
  const incomplete = input.intervals?.incompleteIntervals ?? 0
  if (lowerBounds > 0) {
    reasons.push(`the figures of ${plural(lowerBounds, 'statement')} are lower bounds`)
  }
  return {
    complete: reasons.length === 0 && incomplete === 0,
    intervals: input.intervals?.intervals ?? 0,
    incomplete_intervals: incomplete,
    lower_bound_statements: lowerBounds,
    reasons,
  }
}

function lifetimeReasons({ server }: ReportInput): string[] {
  if (server.evictions === 0) return []
  if (server.evictions === null) return ['whether statements were evicted is not known']
  return ['statements were evicted since the reset and their calls forgotten']
}
