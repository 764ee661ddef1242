import type { Finding, FindingLevel, FindingState } from '../../finding.ts'

/** Figures by name, with units in their names: `mean_ms`. */
export type Evidence = Finding['evidence']

/** A finding as it is remembered between two runs. Times are ISO 8601. */
export interface StoredFinding {
  /** As the last run that saw it told it; its `state` is the one below. */
  finding: Finding
  state: FindingState
  stateSince: string
  /** Why it is acknowledged or ignored; null else. */
  reason: string | null
  /** End of the ignoring; null for none, and where it is not ignored. */
  ignoredUntil: string | null
  /** Who changed the state last: a person, `config`, or null for the check itself. */
  changedBy: string | null
  /** The level that was acknowledged: a worse one opens it again. */
  acknowledgedLevel: FindingLevel | null
  firstSeenAt: string
  /** Begin of its present appearance, or of its last. */
  foundAt: string
  lastSeenAt: string
  /** How often it was found anew. */
  timesFound: number
  /** What it cost when it was found, and after it was resolved; null as long as that is not known. */
  foundEvidence: Evidence
  resolvedEvidence: Evidence | null
}

/** An order of the configuration to ignore what matches. At least one of `rule` and `object` is given. */
export interface IgnoreOrder {
  /** Name of a rule; `*` stands for any characters: `unused_*`. */
  rule?: string | undefined
  /**
   * What the finding is about: `schema.name`, `schema.table.name`, a label, or the whole key;
   * `*` stands for any characters.
   */
  object?: string | undefined
  reason: string
  /** End of the ignoring, ISO 8601. @defaultValue none */
  until?: string | undefined
}

/** A rule that really ran. */
export interface ExaminedRule {
  rule: string
  /**
   * By key of a finding: the objects that it judged, with their figures now. Without it the rule
   * judged all that there is, so that what it does not report is mended or gone.
   */
  subjects?: ReadonlyMap<string, Evidence | null> | undefined
}

/** What a run of the check saw. */
export interface CheckRun {
  /** ISO 8601, by the server's clock. */
  at: string
  findings: readonly Finding[]
  /** Rules that were skipped are not in it. */
  examined: readonly ExaminedRule[]
}

/** A change of state that a run made. */
export interface Transition {
  /** Null if it was never seen before. */
  from: FindingState | null
  to: FindingState
  stored: StoredFinding
}

/** What a run came to. */
export interface Advanced {
  /** All that is remembered afterwards, also what the run did not touch. */
  stored: StoredFinding[]
  /** Those of `stored` that must be written. */
  written: StoredFinding[]
  /** The findings of the run in their order, each with its state. */
  findings: Finding[]
  /** Found anew, back again, resolved, opened because an ignoring ended or it became worse. */
  transitions: Transition[]
}
