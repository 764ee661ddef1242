/** How large one of the largest tables was. Bytes with indexes and TOAST; times are ISO 8601. */
export interface TableGrowth {
  schema: string
  table: string
  now: SizeAt
  /** The newest size that is at least half a day older; null if none was kept. */
  before: SizeAt | null
  /** The newest that is at least a week older. */
  weekBefore: SizeAt | null
}

export interface SizeAt {
  at: string
  bytes: number
}
