/** A sequence, and the column whose values it gives. */
export interface SequenceFacts {
  oid: number
  schema: string
  name: string
  extension: string | null
  /** The last value given out; null if none was, or if the role may not see it. */
  lastValue: number | null
  minValue: number
  maxValue: number
  increment: number
  cycles: boolean
  /** The column that it fills by identity, ownership or default; null if none is known. */
  column: {
    tableOid: number
    schema: string
    table: string
    name: string
    /** Name in pg_type: `int4`. */
    typeName: string
    identity: boolean
  } | null
}
