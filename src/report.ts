import type { Finding } from './finding.ts'

/**
 * The report: what every renderer, sink and the dashboard take. Its JSON form is this object as it
 * is; schema/report.schema.json describes it. Additions are free, names never change.
 */
export interface Report {
  schema: 1
  /** ISO 8601. */
  generated_at: string
  database: ReportDatabase
  window: ReportWindow
  /** The window of the same length before this one, which trends compare with; null without one. */
  previous: { from: string; to: string } | null
  completeness: Completeness
  /** Sums over all statements of the window, also those that `statements` leaves out. */
  totals: { statements: number; calls: number; total_ms: number }
  /** By share of time, largest first. */
  statements: ReportStatement[]
  findings: Finding[]
  /** What this report could not see, and why. */
  not_seen: NotSeen[]
  /** Moments of the window that were marked, deployments above all, oldest first; absent if none. */
  marks?: ReportMark[]
}

export interface ReportMark {
  /** ISO 8601. */
  at: string
  name: string
}

export interface ReportDatabase {
  name: string
  /** `17.6` */
  server_version: string
  /** Version of the pg_stat_statements extension: `1.11`. */
  extension_version: string
}

export interface ReportWindow {
  /** ISO 8601. For `lifetime` the last reset of the statistics; null if the server does not know it. */
  from: string | null
  to: string
  /** Stored snapshots, or the counters since the last reset. */
  source: 'snapshots' | 'lifetime'
  /** How many snapshots the window spans; 0 for `lifetime`. */
  snapshots: number
}

export interface Completeness {
  /** True if every call of the window is known to be counted. */
  complete: boolean
  /** Intervals between snapshots of the window, and those in which calls may be missing. */
  intervals: number
  incomplete_intervals: number
  /** Statements whose figures are lower bounds. */
  lower_bound_statements: number
  /** Why, in words for people, most important first. Empty if complete. */
  reasons: string[]
}

/** Where a statement comes from, in Supabase's words. */
export type StatementKind =
  | 'rest'
  | 'rpc'
  | 'graphql'
  | 'auth'
  | 'storage'
  | 'realtime'
  | 'edge'
  | 'dashboard'
  | 'cron'
  | 'direct'

export type StatementFlag = 'slow' | 'new' | 'regressed' | 'spilling' | 'chatty'

export interface ReportStatement {
  /** The server's id, as text: it exceeds 2^53. */
  queryid: string
  /** The role that ran it, after SET ROLE. */
  role: string
  /** False if it ran inside a function. */
  toplevel: boolean
  kind: StatementKind
  /** In Supabase's words: `GET /rest/v1/messages?conversation_id=eq.…`, `RPC match_documents`. */
  label: string
  /** Normalised and redacted; null if it could not be read. */
  text: string | null
  calls: number
  total_ms: number
  mean_ms: number
  /** Population standard deviation of one call's time in the window. */
  stddev_ms: number
  rows: number
  /** Share of the total time of the window, 0 to 1. */
  share: number
  /** Against the window before; null if there is none or the statement was not in it. */
  trend: Trend | null
  flags: StatementFlag[]
  /** `lower_bound` if calls of this statement may be missing from the figures. */
  exactness: 'exact' | 'lower_bound'
  /** Shared blocks found in the cache, 0 to 1; null if it read none. */
  cache_hit: number | null
  shared_blks_hit: number
  shared_blks_read: number
  temp_blks_written: number
  /** Time spent reading and writing blocks; 0 also where track_io_timing is off. */
  io_ms: number
  wal_bytes: number
  plan_ms: number
  jit_ms: number
  /** Time and calls by bucket, oldest first, for charts; empty for `lifetime`. */
  series: SeriesPoint[]
}

/** Ratios of this window's figures to the one's before: 2 means doubled. */
export interface Trend {
  calls: number
  total: number
  mean: number
  previous_mean_ms: number
}

export interface SeriesPoint {
  /** Start of the bucket, ISO 8601. */
  at: string
  calls: number
  total_ms: number
}

export interface NotSeen {
  /** `cancelled_statements`, `nested_statements`, `evicted_statements`, `unreadable_texts`… */
  what: string
  why: string
  /** What would show it; empty if nothing does. */
  remedy: string
}
