/** A constraint of a user's table. */
export interface ConstraintFacts {
  oid: number
  tableOid: number
  schema: string
  table: string
  name: string
  kind: 'primary' | 'unique' | 'foreign' | 'check' | 'exclusion' | 'not null'
  /** attnums, in the order of the constraint. */
  columns: readonly number[]
  validated: boolean
  deferrable: boolean
  /** The index that enforces it, or that a foreign key refers to. */
  indexOid: number | null
  /** Foreign keys only. */
  references: {
    tableOid: number
    schema: string
    table: string
    columns: readonly number[]
    onDelete: 'no action' | 'restrict' | 'cascade' | 'set null' | 'set default'
    onUpdate: 'no action' | 'restrict' | 'cascade' | 'set null' | 'set default'
  } | null
  /** The constraint of the partitioned table that it was made for. */
  parentOid: number | null
  definition: string
}
