/** A table, partitioned table, materialized view, view or foreign table. */
export interface TableFacts {
  oid: number
  schema: string
  name: string
  kind: 'table' | 'partitioned' | 'matview' | 'view' | 'foreign'
  /** Name of the owner role. */
  owner: string
  unlogged: boolean
  /** The extension that it belongs to; null if none. */
  extension: string | null
  /** The partitioned table that it is a partition of. */
  partitionOf: number | null
  rls: boolean
  forceRls: boolean
  /** The planner's estimate; null if it was never vacuumed or analysed. */
  rows: number | null
  /** Main fork without indexes and TOAST. */
  heapBytes: number
  indexBytes: number
  toastBytes: number
  /** Storage parameters: `autovacuum_enabled`, `security_invoker`… */
  options: Readonly<Record<string, string>>
  /** A publication (Realtime's, for instance) sends its updates or deletes. */
  published: boolean
  /** Share of its pages that hold frozen rows only, 0 to 1; null before PostgreSQL 18. */
  frozenShare: number | null
  replicaIdentity: 'default' | 'nothing' | 'full' | 'index'
  /** Transactions since its oldest row was frozen. */
  xidAge: number
  /** Multixacts likewise. */
  mxidAge: number
}

/** The activity counters of a table, since the statistics were last reset. Times are ISO 8601. */
export interface TableUsage {
  oid: number
  seqScans: number
  seqRows: number
  indexScans: number
  indexRows: number
  inserted: number
  updated: number
  hotUpdated: number
  deleted: number
  liveRows: number
  deadRows: number
  modifiedSinceAnalyze: number
  insertedSinceVacuum: number
  lastVacuumAt: string | null
  lastAutovacuumAt: string | null
  lastAnalyzeAt: string | null
  lastAutoanalyzeAt: string | null
}
