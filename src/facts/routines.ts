/** A function, procedure or aggregate outside of the system's schemas. */
export interface RoutineFacts {
  oid: number
  schema: string
  name: string
  /** The types that identify it among its namesakes: `integer, text`. */
  arguments: string
  /** How many arguments a call must give, and may give. */
  argumentsMin: number
  argumentsMax: number
  kind: 'function' | 'procedure' | 'aggregate' | 'window'
  language: string
  volatility: 'immutable' | 'stable' | 'volatile'
  securityDefiner: boolean
  /** Its own setting of search_path; null if it runs with the caller's. */
  searchPath: string | null
  /** Its body was bound to objects when it was made (`begin atomic`). */
  boundBody: boolean
  /** It returns `trigger` or `event_trigger`: nobody can call it. */
  trigger: boolean
  returnsSet: boolean
  extension: string | null
  owner: string
  /** Of `anon` and `authenticated` those that may call it: EXECUTE, and USAGE of its schema. */
  executableBy: readonly string[]
}
