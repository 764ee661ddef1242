/**
 * Our own tables as Kysely sees them. The migrations are the truth; a test compares this file with
 * information_schema. Times arrive as Date, bigint as text, arrays of numbers as written in SQL.
 */
import type { Generated } from 'kysely'
import type { ActivitySchema } from './activity-schema.ts'
import type { DeliverySchema } from './delivery-schema.ts'
import type { EventSchema } from './event-schema.ts'
import type { FindingSchema } from './finding-schema.ts'
import type { ScheduleSchema } from './schedule-schema.ts'
import type { TableSizeSchema } from './table-size-schema.ts'

export interface Schema
  extends ActivitySchema,
    DeliverySchema,
    EventSchema,
    FindingSchema,
    ScheduleSchema,
    TableSizeSchema {
  'supascope.schema_migrations': SchemaMigrations
  'supascope.collector': Collector
  'supascope.snapshots': Snapshots
  'supascope.statements': Statements
  'supascope.statement_texts': StatementTexts
  'supascope.statement_state': StatementState
}

export interface SchemaMigrations {
  name: string
  breaking: boolean
  applied_at: Generated<Date>
}

/** Its one row is the lock of taking a snapshot. */
export interface Collector {
  id: Generated<number>
  system_identifier: string | null
  database_id: number | null
  extension_version: string | null
  last_taken_at: Date | null
  server_started_at: Date | null
  stats_reset: Date | null
  dealloc: string | null
  max_entries: number | null
  entries: number | null
  database_stats: Record<string, number> | null
  reset_queryids: Generated<string[]>
  foreign_reset_calls: Generated<string>
  texts_wanted: Generated<boolean>
  last_text_read_at: Date | null
}

export interface StatementTexts {
  queryid: string
  query: string
  read_at: Generated<Date>
}

export interface Statements {
  id: Generated<number>
  queryid: string
  role_name: string
  toplevel: boolean
  first_seen_at: Date
}

interface StatementCounters<T> {
  calls: T
  total_ms: T
  rows: T
  plans: T
  plan_ms: T
  shared_blks_hit: T
  shared_blks_read: T
  shared_blks_dirtied: T
  shared_blks_written: T
  temp_blks_read: T
  temp_blks_written: T
  io_ms: T
  wal_fpi: T
  wal_bytes: T
  jit_ms: T
  parallel_workers_to_launch: T
  parallel_workers_launched: T
}

/** The entries of pg_stat_statements as the last snapshot saw them. */
export interface StatementState extends StatementCounters<number> {
  userid: number
  queryid: string
  toplevel: boolean
  statement_id: number
  stats_since: Date | null
  stddev_ms: number
  min_ms: number
  max_ms: number
}

/** Arrays run in parallel, one element a changed statement; null where every element is 0. */
export interface Snapshots extends StatementCounters<number[] | null> {
  id: Generated<string>
  taken_at: Date
  interval_from: Date | null
  intervals: number
  incomplete_intervals: number
  gaps: number
  entries: number
  evictions: number
  database_delta: Record<string, number>
  statement_ids: number[]
  flags: number[] | null
  m2: number[] | null
}
