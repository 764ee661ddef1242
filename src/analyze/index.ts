/** The pure core: counters, deltas, windows, ranking, statement shapes. No I/O, no clock. */

export { buildReport, type ReportInput, type ServerFacts } from './build-report.ts'
export { type Counters, counterNames } from './counters.ts'
export {
  type DescribedStatement,
  describeStatement,
  ownMarker,
  type StatementPlace,
} from './describe-statement.ts'
export type { Judgement, StatementFacts, Thresholds, WindowFacts } from './facts.ts'
export type { StatementShape } from './statement-shape.ts'
export type { WindowIntervals, WindowSeriesPoint, WindowStatement } from './window.ts'
