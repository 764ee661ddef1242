/** A column of a user's table, with what the planner knows of its values. */
export interface ColumnFacts {
  tableOid: number
  /** attnum */
  number: number
  name: string
  /** As the server prints it: `timestamp with time zone`, `numeric(10,2)`. */
  type: string
  /** Name in pg_type, without modifiers: `timestamptz`, `_int4` for arrays. */
  typeName: string
  notNull: boolean
  /** oid of its collation; 0 where its type has none. */
  collation: number
  /** The expression of the default or of the generation; null if there is none. */
  defaultExpression: string | null
  identity: 'always' | 'by default' | null
  generated: boolean
  /** Share of nulls, 0 to 1; null where the table was never analysed or the role may not see it. */
  nullShare: number | null
  /** pg_stats.n_distinct: a count, or, if negative, minus the share of rows. */
  distinct: number | null
  /** Share of its most common value among all rows, 0 to 1; null if unknown, or if all differ. */
  commonShare: number | null
  /** That value, of a boolean column. */
  commonBoolean: boolean | null
  /** Mean width, bytes. */
  averageWidth: number | null
}
