/** One key column of an index. */
export interface IndexKey {
  /** attnum; 0 for an expression. */
  column: number
  /** The column's name, or the expression. */
  text: string
  /** oid of the operator class, and whether it is the default one of its type. */
  operatorClass: number
  defaultOperatorClass: boolean
  /** oid; 0 where the type has none. */
  collation: number
  descending: boolean
  nullsFirst: boolean
}

export interface IndexFacts {
  oid: number
  tableOid: number
  schema: string
  table: string
  name: string
  /** `btree`, `gin`… */
  method: string
  keys: readonly IndexKey[]
  /** attnums of INCLUDE. */
  included: readonly number[]
  /** The condition of a partial index; null if it covers all rows. */
  predicate: string | null
  unique: boolean
  nullsNotDistinct: boolean
  /** Of a unique one: its constraint is deferrable. */
  deferrable: boolean
  primary: boolean
  exclusion: boolean
  valid: boolean
  ready: boolean
  /** Some process is building it now. */
  building: boolean
  /** Its table is replicated by it. */
  replicaIdentity: boolean
  /** The constraint that it enforces. */
  constraint: string | null
  /** Foreign keys of other tables that refer to it. */
  referencedBy: number
  /** It belongs to a partitioned table and has no storage of its own. */
  partitioned: boolean
  /** The index of the partitioned table that it is a part of. */
  partitionOf: number | null
  extension: string | null
  bytes: number
  pages: number
  /** The planner's estimate of its entries; null if unknown. */
  entries: number | null
  /** `CREATE INDEX …` that would make it anew. */
  definition: string
}

/** The activity counters of an index, since the statistics were last reset. */
export interface IndexUsage {
  oid: number
  scans: number
  rowsRead: number
  rowsFetched: number
  /** ISO 8601; null if never, or before PostgreSQL 16. */
  lastScanAt: string | null
  /** Made (or made anew) within the last week, as far as the rows of earlier checks tell. */
  young: boolean
}
