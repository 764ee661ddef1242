/** The server and the database, as far as gates and thresholds need them. */
export interface ServerState {
  /** The server's clock, ISO 8601. */
  now: string
  /** `170004` */
  versionNum: number
  startedAt: string
  /** Since when the activity counters of this database count, ISO 8601; null if unknown. */
  statisticsSince: string | null
  database: string
  databaseBytes: number
  readReplica: boolean
  /** Standbys that stream from this server; null where the role may not see them. */
  replicas: number | null
  /** Settings by name, as `pg_settings` shows them; durations and sizes in their base unit. */
  settings: Readonly<
    Record<string, { value: string; unit: string | null; bootValue: string | null }>
  >
  /** Installed extensions: the schema and version of each, and what it could be updated to. */
  extensions: readonly { name: string; schema: string; version: string; available: string | null }[]
}
