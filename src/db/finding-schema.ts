/** The tables of findings, marks and changes as Kysely sees them: see schema.ts. */
import type { Generated, GeneratedAlways } from 'kysely'

export interface FindingSchema {
  'supascope.findings': Findings
  'supascope.check_runs': CheckRuns
  'supascope.marks': Marks
  'supascope.changes': Changes
  'supascope.known_objects': KnownObjects
  'supascope.change_watch': ChangeWatch
  'supascope.plan_shapes': PlanShapes
  'supascope.plans': Plans
}

type Level = 'ERROR' | 'WARN' | 'INFO'

/** Scalars by name. */
type Figures = Record<string, string | number | boolean | null>

/** What is or was found, and what people decided about it. */
export interface Findings {
  cache_key: string
  name: string
  title: string
  level: Level
  categories: string[]
  detail: string
  remediation: string
  metadata: Figures
  found_evidence: Figures
  evidence: Figures
  resolved_evidence: Figures | null
  state: 'open' | 'acknowledged' | 'ignored' | 'resolved'
  state_since: Date
  reason: string | null
  ignored_until: Date | null
  /** A person, `config`, or null for the check itself. */
  changed_by: string | null
  acknowledged_level: Level | null
  first_seen_at: Date
  /** Begin of its present or last appearance. */
  found_at: Date
  last_seen_at: Date
  times_found: Generated<number>
}

/** Runs of the check and what they came to. */
export interface CheckRuns {
  id: GeneratedAlways<string>
  ran_at: Generated<Date>
  source: string
  took_ms: number | null
  /** Rules that ran, and that could not. */
  rules: number
  skipped: number
  /** Findings that were open afterwards, found anew, and resolved. */
  open: number
  found: number
  resolved: number
  error: string | null
}

/** Moments that people marked. */
export interface Marks {
  id: GeneratedAlways<string>
  at: Date
  name: string
  made_by: string | null
  made_at: Generated<Date>
}

/** What changed in schema, settings and server, between two looks. */
export interface Changes {
  id: GeneratedAlways<string>
  after: Date
  at: Date
  kind: string
  object: string
  relation: string | null
  before: string | null
  now: string | null
}

/** How things were at the last look. */
export interface KnownObjects {
  kind: string
  object: string
  value: string
  relation: string | null
}

/** Its one row is the lock of looking for changes and plans. */
export interface ChangeWatch {
  id: Generated<number>
  looked_at: Date | null
  kinds: Generated<string[]>
  planned_at: Date | null
}

export interface PlanShapes {
  id: GeneratedAlways<number>
  hash: string
  shape: string
}

export interface Plans {
  statement_id: number
  day: Date
  shape_id: number
  first_seen_at: Date
  last_seen_at: Date
}
