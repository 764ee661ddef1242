import type { Finding, FindingLevel } from './finding.ts'

/**
 * What is sent to where people look: a result, told as the difference from what that place was told
 * last. Every chat, mail and webhook form is made from it; a webhook receives it as it is. Additions
 * are free, names never change. All texts are as the database gave them: whoever shows them escapes.
 */
export interface Notice {
  schema: 1
  kind: NoticeKind
  /** What made the result: `report`, `check`, or the name of a scheduled job. */
  job: string
  /** Name of the database that was watched. */
  database: string
  /** When the result was made, ISO 8601. */
  at: string
  /** What time the result speaks of, ISO 8601; null for one that speaks of now. */
  window: { from: string | null; to: string } | null
  /** Sentences on the whole: how much ran, how complete the figures are. */
  facts: string[]
  /** The statements that took the most time, if the result has any. */
  statements: NoticeStatement[]
  /** Open findings at or over the place's level, those that are not listed included. */
  open: Record<FindingLevel, number>
  /** Open now, and not when this place was told last. */
  appeared: Finding[]
  /** Open both times, more severe now. */
  worse: Finding[]
  resolved: GoneFinding[]
  /** Open both times. */
  still: Finding[]
  /** Findings that `appeared`, `worse`, `resolved` and `still` have no room for. */
  left_out: number
}

/** `test` has no findings: it asks whether a place can be reached. */
export type NoticeKind = 'report' | 'check' | 'budgets' | 'test'

export interface NoticeStatement {
  label: string
  role: string
  share: number
  calls: number
  mean_ms: number
}

/** A finding that was told as open and is no longer. */
export interface GoneFinding {
  cacheKey: string
  level: FindingLevel
  title: string
  subject: string
  /** `resolved`: known to be. `gone`: looked for, and not found any more. */
  how: 'resolved' | 'gone'
  /** What is known of its end; empty if nothing is. */
  detail: string
}
