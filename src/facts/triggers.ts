/** A trigger that a user made: none of foreign keys, none that partitions inherit. */
export interface TriggerFacts {
  oid: number
  tableOid: number
  schema: string
  table: string
  name: string
  enabled: boolean
  timing: 'before' | 'after' | 'instead of'
  events: readonly ('insert' | 'update' | 'delete' | 'truncate')[]
  /** Fires for each row; else once a statement. */
  eachRow: boolean
  /** It has a WHEN condition, or names the columns whose update fires it. */
  conditional: boolean
  extension: string | null
  function: {
    oid: number
    schema: string
    name: string
    language: string
    /** Its body; a symbol's name where the language is C. */
    source: string
    /** As pg_stat_user_functions counts; null unless track_functions is on. */
    calls: number | null
    /** With what it calls, ms. */
    totalMs: number | null
  }
}
