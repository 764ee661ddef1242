/** The tables of the event store as Kysely sees them: see schema.ts. */
import type { ColumnType, Generated, GeneratedAlways } from 'kysely'

export interface EventSchema {
  'supascope.settings': Settings
  'supascope.dimensions': Dimensions
  'supascope.dimension_counts': DimensionCounts
  'supascope.batches': Batches
  'supascope.performance_logs': Events
  'supascope.web_vitals': Events
  'supascope.vital_reports': VitalReports
  'supascope.sketch_minutes': SketchMinutes
  'supascope.sketch_hours': CompactedSketches
  'supascope.sketch_days': CompactedSketches
  'supascope.pending_days': PendingDays
  'supascope.cluster': Cluster
  'supascope.watermarks': Watermarks
  'supascope.view_refreshes': ViewRefreshes
  'supascope.jobs': Jobs
  'supascope.runner': Runner
}

/** One row: how long each kind of data is kept, and what may never be exceeded. */
export interface Settings {
  id: Generated<number>
  performance_logs_days: Generated<number>
  web_vitals_days: Generated<number>
  batches_days: Generated<number>
  minutes_days: Generated<number>
  hours_days: Generated<number>
  days_days: Generated<number>
  dimension_cap: Generated<number>
  size_ceiling_bytes: Generated<string>
  raw_sample: Generated<number>
}

/** Label sets; labels that one does not have are empty. */
export interface Dimensions {
  id: GeneratedAlways<number>
  kind: 'function' | 'span' | 'api' | 'vital' | 'load'
  name: string
  route: Generated<string>
  method: Generated<string>
  status: Generated<string>
  device: Generated<string>
  country: Generated<string>
  region: Generated<string>
  release: Generated<string>
  scale: GeneratedAlways<number>
  first_seen_at: Generated<Date>
  retired_at: Generated<Date | null>
  sent_as: Record<string, string> | null
}

export interface DimensionCounts {
  kind: string
  dimensions: Generated<number>
}

export interface Batches {
  id: string
  position: string
  received_at: Generated<Date>
  accepted: number
  raw_rows: number
  dropped: Generated<string>
  reasons: Record<string, number> | null
}

/** Raw events, a partition a day. */
export interface Events {
  ts: Date
  position: Generated<string>
  dim_id: number
  value: number
  weight: Generated<number>
  /** Bit 0: failed. */
  flags: Generated<number>
  trace: string | null
  attrs: Record<string, string | number | boolean> | null
}

export interface VitalReports {
  key: string
  ts: Date
  dim_id: number
  value: number
  weight: number
  sequence: number
  sample: number
  flags: number
}

interface SketchCounts {
  bucket: Date
  n: string
  err: string
  zeros: string
  sum: number
  min: number
  max: number
  dim_id: number
  idx: number[]
  cnt: string[]
}

export interface SketchMinutes extends SketchCounts {
  position: Generated<string>
}

export interface CompactedSketches extends SketchCounts {
  p50: number | null
  p75: number | null
  p95: number | null
  p99: number | null
}

/** Days whose hours have changed since they were put together. */
export interface PendingDays {
  bucket: Date
  dim_id: number
}

/** Which server the transaction ids are from. */
export interface Cluster {
  id: Generated<number>
  system_identifier: string | null
  position_offset: Generated<string>
}

export interface Watermarks {
  source: string
  position: Generated<string>
  moved_at: Generated<Date>
  rows_consumed: Generated<string>
  rows_expected: Generated<string>
}

/** Written as text, read as the driver's object. */
type Interval = ColumnType<unknown, string, string>

export interface ViewRefreshes {
  name: string
  place: number
  every: Interval
  refreshed_at: Date | null
  took_ms: number | null
}

export interface Jobs {
  name: string
  every: Interval
  schedule: string
  started_at: Date | null
  finished_at: Date | null
  took_ms: number | null
  runner: string | null
  result: Record<string, unknown> | null
  error: string | null
  failed_at: Date | null
  runs: Generated<string>
  failures: Generated<string>
}

/** One row: who runs the jobs. */
export interface Runner {
  id: Generated<number>
  name: string | null
  /** -Infinity as long as there was nobody. */
  expires_at: Generated<Date | number>
}
