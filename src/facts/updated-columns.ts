/** A column that statements set in updates, as pg_stat_statements has them now. */
export interface UpdatedColumn {
  tableOid: number
  column: string
  /** Rows that the statements touched which set it. */
  updates: number
  /** Rows that all statements touched which update its table. */
  statementUpdates: number
}
