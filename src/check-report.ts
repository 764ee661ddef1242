import type { Finding } from './finding.ts'

/**
 * The verdict of `supascope check` on a database. Its JSON form is this object as it is;
 * schema/check.schema.json describes it. Additions are free, names never change.
 */
export interface CheckReport {
  schema: 1
  /** ISO 8601. */
  generated_at: string
  database: CheckedDatabase
  /** Each rule that ran. */
  examined: Examined[]
  /** Each rule that could not run, or was not asked for. */
  skipped: Skipped[]
  /** One a trouble, most severe first; ignored ones too, marked as such. */
  findings: CheckFinding[]
}

/** A row that `supabase db advisors` could have printed, and more. */
export interface CheckFinding extends Finding {
  /** Who it concerns: the team, always. */
  facing: 'EXTERNAL'
  /** What the rule looks for, in one sentence. */
  description: string
}

export interface CheckedDatabase {
  name: string
  /** `17.6` */
  server_version: string
  /** Since when the activity counters count, ISO 8601; null if that is not known. */
  statistics_since: string | null
}

/** What was looked at. */
export interface Examined {
  rule: string
  /** Objects that the rule judged. */
  count: number
  /** What they are: `indexes`. */
  what: string
}

/** What was not looked at. */
export interface Skipped {
  rule: string
  why: string
  /** What would let it run; empty if nothing does. */
  remedy: string
}
