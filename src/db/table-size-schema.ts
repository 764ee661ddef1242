/** The sizes of tables over time as Kysely sees them: see schema.ts. */
export interface TableSizeSchema {
  'supascope.table_sizes': TableSizes
}

/** One row a table and hour. */
export interface TableSizes {
  taken_at: Date
  schema_name: string
  table_name: string
  bytes: string
}
