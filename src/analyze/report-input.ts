import type { ReportDatabase, ReportWindow } from '../report.ts'
import type { Thresholds } from './facts.ts'
import type { Change, PlanSighting, StatementHistory } from './regressions/index.ts'
import type { WindowIntervals, WindowSeriesPoint, WindowStatement } from './window.ts'

/** All that a report is made of. Times are ISO 8601. */
export interface ReportInput {
  now: string
  database: ReportDatabase
  window: ReportWindow
  /** Every statement of the window, our own and housekeeping too. */
  statements: readonly WindowStatement[]
  /** Null for lifetime counters. */
  intervals: WindowIntervals | null
  /** The window of the same length before; null if it was not watched. */
  previous: { from: string; to: string; statements: readonly WindowStatement[] } | null
  /** Buckets of any statements, in any order; those that the report lists are used. */
  series: readonly WindowSeriesPoint[]
  /** What is stored of the first statements up to the end of the window. @defaultValue nothing */
  history?: readonly (StatementName & { points: StatementHistory })[]
  /** Their plans. @defaultValue none */
  plans?: readonly (StatementName & { sightings: readonly PlanSighting[] })[]
  /** What changed around the statements, marks too, oldest first. @defaultValue nothing */
  changes?: readonly Change[]
  /** What samples of the sessions saw of statements that were cut off. @defaultValue not sampled */
  cutOff?: CutOffStatements | null
  server: ServerFacts
  options: { top: number; thresholds: Thresholds }
}

/** Statements that never reached the statistics, as samples of the window saw them. */
export interface CutOffStatements {
  samples: number
  /** Minutes in which they were taken. */
  minutes: number
  /** Ran into a timeout, for certain; likely so; failed or were cancelled otherwise. */
  timedOut: number
  likely: number
  failed: number
}

/** Which statement is meant. */
export interface StatementName {
  queryid: string
  role: string
  toplevel: boolean
}

/** What of the server's state decides what its statistics can show. */
export interface ServerFacts {
  /** pg_stat_statements.track: `top`, `all` or `none`. */
  track: string
  trackIoTiming: boolean
  /** Entries that pg_stat_statements holds, and may hold. */
  entries: number
  maxEntries: number
  /** Times it evicted since its reset (`lifetime`) or in the window; null if that is not known. */
  evictions: number | null
  /** Statements of the window whose text the role may not read. */
  unreadableTexts: number
  /** statement_timeout of the API's requests, ms; null if there is none or it is not known. */
  apiTimeoutMs: number | null
}
