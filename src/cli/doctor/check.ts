import type { JobStatus } from '../../collect/events/index.ts'
import type { Capabilities, Pooler, SchemaState } from '../../db/index.ts'
import type { ScheduledJob } from './check-schedule.ts'

/** One thing that `doctor` has looked at. */
export interface Check {
  /** snake_case; stays, because scripts rely on it. */
  name: string
  /** `warn`: something works less well. `fail`: a command will not work. */
  status: 'ok' | 'warn' | 'fail'
  /** What was found, and what works without it. */
  detail: string
  /** The exact command or SQL that mends it; empty if there is nothing to mend. */
  remedy: string
}

/** What the checks judge by. All of it was asked for before; the checks ask nothing. */
export interface Facts {
  capabilities: Capabilities
  connection: {
    target: string
    port: number
    local: boolean
    sslmode: 'disable' | 'require' | 'verify-ca' | 'verify-full'
    pooler: Pooler
  }
  /** Null where pg_stat_statements is missing, not loaded or closed to this role. */
  statistics: { entries: number; evictions: number } | null
  schema: SchemaState
  /** Null where the snapshots can't be read. */
  snapshots: { count: number; ageSeconds: number | null } | null
  /** Null where this role may not ask; undefined where the schema is not there as expected. */
  jobs: JobStatus[] | null | undefined
  /** Likewise. */
  schedule: ScheduledJob[] | null | undefined
  /** Extensions that the server could install, with their versions. */
  available: ReadonlyMap<string, string>
  /** Whether there is a schema `extensions`, as on Supabase. */
  extensionsSchema: boolean
}

export function ok(name: string, detail: string): Check {
  return { name, status: 'ok', detail, remedy: '' }
}

export function warn(name: string, detail: string, remedy: string): Check {
  return { name, status: 'warn', detail, remedy }
}

export function fail(name: string, detail: string, remedy: string): Check {
  return { name, status: 'fail', detail, remedy }
}
