/** Counters of pg_stat_database over some time. */
export interface DatabaseCounters {
  /** For how long they counted; null if that is not known. */
  minutes: number | null
  commits: number
  rollbacks: number
  blocksRead: number
  blocksHit: number
  tempFiles: number
  tempBytes: number
  deadlocks: number
}

/** What this database did, as pg_stat_database counts it. */
export interface DatabaseActivity {
  /** Since the last reset of its statistics. */
  lifetime: DatabaseCounters
  /** The last 24 hours of stored snapshots; null without any. */
  recent: (DatabaseCounters & { minutes: number }) | null
}

/** Checkpoints of the whole server, since their statistics were reset. */
export interface CheckpointFacts {
  /** Begun because checkpoint_timeout had passed. */
  timed: number
  /** Begun because max_wal_size was reached, or because someone asked. */
  requested: number
  /** ISO 8601; null if unknown. */
  since: string | null
}

/** A replication slot of the server, of any database. */
export interface ReplicationSlot {
  name: string
  type: 'physical' | 'logical'
  /** Output plugin of a logical slot. */
  plugin: string | null
  /** Database of a logical slot. */
  database: string | null
  active: boolean
  temporary: boolean
  /** WAL that the server keeps for it; null if it has not reserved any, or has lost it. */
  retainedBytes: number | null
  /** `reserved`, `extended`, `unreserved`, `lost`; null without reserved WAL. */
  walStatus: string | null
  /** WAL that may still be written before it is lost; null without a limit. */
  safeBytes: number | null
  /** ISO 8601; null if active, or before PostgreSQL 17. */
  inactiveSince: string | null
}

/** Who runs the server, and what was set for roles and databases. */
export interface HostFacts {
  /** Whose machine room it is: `Supabase`, `Amazon RDS`…; null for a server of one's own. */
  provider: string | null
  /** Whether this role may change every setting. */
  superuser: boolean
  /** Archived WAL files since the last reset; null where archiving is off. */
  archiver: {
    archived: number
    failed: number
    lastArchivedAt: string | null
    lastFailedAt: string | null
  } | null
  /** `alter role … set`, `alter database … set`. Null stands for every role, or every database. */
  overrides: readonly {
    role: string | null
    database: string | null
    name: string
    value: string
  }[]
}
