import type pg from 'pg'
import { functionsSql, relationshipsSql, roleSettingsSql, tablesSql } from './schema-cache.sql.ts'

export interface Column {
  name: string
  /** As SQL writes it: `character varying(20)`. */
  type: string
  /** SQL of the default, for rows that leave the column out. */
  default: string | null
}

export interface Table {
  name: string
  columns: Column[]
  primaryKey: string[]
}

/** A foreign key between exposed tables. */
export interface Relationship {
  constraint: string
  table: string
  columns: string[]
  target: string
  targetColumns: string[]
  /** True if a target has at most one row of `table`. */
  unique: boolean
}

export interface Routine {
  name: string
  parameters: { name: string; type: string; optional: boolean }[]
  returns: 'void' | 'scalar' | 'set of scalar' | 'row' | 'rows'
  /** The exposed table whose rows it returns; null if it returns something else. */
  table: string | null
  volatile: boolean
  /** From the function's own settings; null without one. */
  statementTimeout: string | null
}

/** What the gateway knows of the database, read once, as PostgREST does. */
export interface SchemaCache {
  tables: Map<string, Table>
  relationships: Relationship[]
  routines: Map<string, Routine[]>
  /** Settings by role, which a transaction in its name applies. */
  roleSettings: Map<string, Record<string, string>>
}

/** The one schema that is exposed, as by default on Supabase. */
export const exposedSchema = 'public'

export async function readSchemaCache(db: pg.Pool): Promise<SchemaCache> {
  const [tables, relationships, routines, settings] = await Promise.all([
    db.query<Table>(tablesSql, [exposedSchema]),
    db.query<Relationship>(relationshipsSql, [exposedSchema]),
    db.query<Routine>(functionsSql, [exposedSchema]),
    db.query<{ role: string; settings: Record<string, string> }>(roleSettingsSql),
  ])
  return {
    tables: new Map(tables.rows.map((table) => [table.name, table])),
    relationships: relationships.rows,
    routines: Map.groupBy(routines.rows, (routine) => routine.name),
    roleSettings: new Map(settings.rows.map((row) => [row.role, row.settings])),
  }
}
