/** The pure core: counters, deltas, windows, ranking, statement shapes. No I/O, no clock. */

export * from './activity/index.ts'
export { buildReport, windowFacts } from './build-report.ts'
export { type Counters, counterNames } from './counters.ts'
export { databaseDelta } from './database-delta.ts'
export {
  computeDeltas,
  type Delta,
  deltaFlags,
  type EntryChange,
  type EntryReading,
} from './delta.ts'
export {
  type DescribedStatement,
  describeStatement,
  ownMarker,
  type StatementPlace,
} from './describe-statement.ts'
export type { Judgement, StatementFacts, Thresholds, WindowFacts } from './facts.ts'
export {
  evictionsBetween,
  type GapEvidence,
  gapFlags,
  gapsBetween,
  type StatisticsFacts,
} from './gaps.ts'
export { lifetimeM2, type Moments, mergeMoments } from './moments.ts'
export { mayResetStatistics, redactRunning, redactStatement } from './redact.ts'
export type { CutOffStatements, ReportInput, ServerFacts } from './report-input.ts'
export type { StatementShape } from './statement-shape.ts'
export type { WindowIntervals, WindowSeriesPoint, WindowStatement } from './window.ts'
export { mayMissCalls } from './window-judgement.ts'
