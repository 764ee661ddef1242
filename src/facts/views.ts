/** What a view is made of. */
export interface ViewFacts {
  oid: number
  schema: string
  name: string
  /** It stores its rows: reading it runs nothing. */
  materialized: boolean
  extension: string | null
  /** oids of the relations that its query names. */
  reads: readonly number[]
}
