/** The tables of activity samples as Kysely sees them: see schema.ts. */
import type { Generated, GeneratedAlways } from 'kysely'

export interface ActivitySchema {
  'supascope.activity_sampler': ActivitySampler
  'supascope.activity_minutes': ActivityMinutes
  'supascope.activity_groups': ActivityGroups
  'supascope.activity_episodes': ActivityEpisodes
}

/** Its one row is the lock of taking a sample. */
export interface ActivitySampler {
  id: Generated<number>
  last_sampled_at: Date | null
  last_pruned_at: Generated<Date>
}

export interface ActivityMinutes {
  minute: Date
  samples: number
  connections: number
  connections_peak: number
  active_peak: number
  blocked_peak: number
  max_connections: number
  reserved: number
}

export interface ActivityGroups {
  minute: Date
  pool: string
  role_name: string
  application: string
  state: string
  wait_type: string
  wait_event: string
  backends: number
  peak: number
}

/** A statement that ran long, waited or was cut off, or an idle transaction. */
export interface ActivityEpisodes {
  id: GeneratedAlways<string>
  kind: 'statement' | 'idle'
  pid: number
  backend_start: Date
  started_at: Date
  first_seen_at: Date
  last_seen_at: Date
  sightings: number
  ended_at: Date | null
  outcome: 'finished' | 'timed_out' | 'failed' | 'unknown' | null
  certain: Generated<boolean>
  timeout_ms: number | null
  pool: string
  role_name: string
  application: string
  state: string
  queryid: string | null
  query: string
  transaction_started_at: Date | null
  wait_type: string | null
  wait_event: string | null
  blocked_ms: Generated<number>
  lock_type: string | null
  lock_mode: string | null
  lock_object: string | null
  blocked_by: Generated<number[]>
  root: unknown
  blocking_peak: Generated<number>
}
