import type { Counters } from './counters.ts'

/** What one statement did in a window: sums of its stored deltas, or its lifetime counters. */
export interface WindowStatement extends Counters {
  queryid: string
  role: string
  toplevel: boolean
  /** Redacted; null if it was never readable. */
  text: string | null
  /** Σ(time − mean)² over the calls of the window, ms². */
  m2: number
  /** Bits of {@link deltaFlags}, of all deltas in the window. */
  flags: number
  /** When its entry was first seen by any snapshot, ISO 8601; null for lifetime counters. */
  firstSeenAt: string | null
  /** True if calls before its first appearance in the window may be lost: see completeness. */
  mayMissCalls: boolean
}

/** One bucket of one statement's history. */
export interface WindowSeriesPoint {
  queryid: string
  role: string
  toplevel: boolean
  at: string
  calls: number
  totalMs: number
}

/** How well the intervals of a window are known. */
export interface WindowIntervals {
  intervals: number
  /** Bits of {@link gapFlags}, of all intervals in the window. */
  gaps: number
  incompleteIntervals: number
}
