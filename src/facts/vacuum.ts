/** How far a database is from running out of transaction ids. */
export interface DatabaseAge {
  name: string
  /** The one that is connected to. */
  current: boolean
  /** Transactions since its oldest row was frozen. */
  xidAge: number
  /** Multixacts likewise. */
  mxidAge: number
}

/** Something that keeps vacuum from removing dead rows of this database. */
export interface HorizonHolder {
  kind: 'session' | 'prepared' | 'slot' | 'standby'
  /** Pid, gid, or name of the slot or the standby. */
  name: string
  /** Transactions since its oldest snapshot. */
  age: number
  /** Of the catalogs only: it holds back no rows of tables. */
  catalogOnly: boolean
  role: string | null
  application: string | null
  /** `idle in transaction`, `active`; of a slot `active` or `inactive`. */
  state: string
  /** Since when, ISO 8601; null if unknown. */
  since: string | null
}

/** An autovacuum worker at work, in whatever database. */
export interface AutovacuumWorker {
  pid: number
  database: string
  /** Null in another database, and before it has begun. */
  schema: string | null
  table: string | null
  analyzing: boolean
  /** It works against the exhaustion of transaction ids: it gives way to nobody. */
  wraparound: boolean
  /** ISO 8601; null if unknown. */
  startedAt: string | null
  phase: string | null
  /** Share of the table's pages that were scanned, 0 to 1. */
  scanned: number | null
  indexPasses: number | null
}
