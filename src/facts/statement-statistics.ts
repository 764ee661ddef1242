/** How pg_stat_statements fares here: whether it counts, and how much of it can be relied on. */
export interface StatementStatisticsFacts {
  /** Null if the extension is not installed in this database. */
  installed: { schema: string; version: string; available: string } | null
  /** False if the server was started without it. */
  loaded: boolean
  /** `top`, `all` or `none`. */
  track: string
  /** compute_query_id: `auto`, `on`, `off` or another module's `regress`. */
  computeQueryId: string
  /** Whether this role sees the statements of others. */
  readable: boolean
  /** Entries that it may hold; 0 where it is not loaded. */
  maxEntries: number
  /** Of all databases of the server; null where they can't be read. */
  entries: number | null
  /** Times it dropped its least used entries since it was reset; null where that is not known. */
  evictions: number | null
  /** Its last reset, ISO 8601; null where that is not known. */
  since: string | null
  /** What the stored snapshots of the last 24 hours say; null without any. */
  recent: RecentStatistics | null
}

export interface RecentStatistics {
  minutes: number
  snapshots: number
  evictions: number
  /** Intervals in which all statistics were reset, or lost by a crash or a restart. */
  resets: number
  /** End of the last such interval, ISO 8601. */
  lastResetAt: string | null
}
