import type { Finding } from '../finding.ts'
import type { ReportStatement, ReportWindow, SeriesPoint, StatementFlag } from '../report.ts'
import type { Counters } from './counters.ts'
import type { Change, PlanSighting, StatementHistory } from './regressions/index.ts'
import type { StatementShape } from './statement-shape.ts'

/** What the rules judge by; the defaults are those of the configuration. */
export interface Thresholds {
  /** A statement is slow from this mean time on, ms. */
  slowMeanMs: number
  /** Calls below which a statement is not judged, unless it takes much of the time. */
  minCalls: number
  /** Growth of the mean from which a statement has regressed. */
  regressionRatio: number
  /** Growth of the mean, ms, that a regression needs as well. */
  regressionMs: number
  /** Calls a minute from which a cheap statement is chatty. */
  chattyCallsPerMinute: number
  /** Growth of the calls from which a statement surges. */
  surgeRatio: number
  /** Growth of the rows a call from which a statement's answer has grown. */
  rowsRatio: number
}

/** A statement as the rules see it. */
export interface StatementFacts extends Omit<ReportStatement, 'flags' | 'series'> {
  /** Unique in its window: queryid, role and nesting. */
  key: string
  verb: StatementShape['verb']
  lookup: boolean
  /** Place by share of time, from 1. */
  rank: number
  /** ISO 8601; null where only lifetime counters are known. */
  firstSeenAt: string | null
  /** What it did in the window before; null if that is unknown or it did nothing. */
  before: { calls: number; meanMs: number; stddevMs: number } | null
  /** All that was counted of it, also what the report leaves out. */
  counters: Readonly<Counters>
  /** True if its text bounds how many rows it returns; null if that can't be told. */
  limited: boolean | null
  series: SeriesPoint[]
}

/** A window as the rules see it. */
export interface WindowFacts {
  window: ReportWindow
  /** Length of the window; null if its begin is not known. */
  minutes: number | null
  /** True if the window before was watched as well, so that what is new is known. */
  hasBefore: boolean
  /** Statements that the report lists. */
  top: number
  totalMs: number
  /** Calls of all ranked statements. */
  calls: number
  /** Ranked statements, all of them, by share of time. */
  statements: readonly StatementFacts[]
  /** What is stored of the statements up to the end of the window, by their `key`; of the first ones only. */
  history: ReadonlyMap<string, StatementHistory>
  /** Plans of the statements, by their `key`. */
  plans: ReadonlyMap<string, readonly PlanSighting[]>
  /** What changed in schema, settings and server, and marks, oldest first. */
  changes: readonly Change[]
  thresholds: Thresholds
}

/** What the rules made of a window. */
export interface Judgement {
  /** One a trouble, most severe first. */
  findings: Finding[]
  /** By the `key` of a statement: every rule that spoke of it. */
  flags: ReadonlyMap<string, StatementFlag[]>
}
