import type { RoutineBody } from '../syntax/index.ts'

/** What a function or procedure of the team's own does inside. */
export interface FunctionBody {
  oid: number
  schema: string
  name: string
  /** The types that identify it among its namesakes. */
  arguments: string
  language: 'sql' | 'plpgsql'
  kind: 'function' | 'procedure'
  volatility: 'immutable' | 'stable' | 'volatile'
  /** It returns `trigger` or `event_trigger`: no RPC calls it. */
  trigger: boolean
  /** Constants of its statements are redacted. Null if it could not be read. */
  body: RoutineBody | null
  /** Why it could not be read. */
  error: string | null
  /** Of the functions that it calls those that may be volatile, or that are not known. */
  volatileCalls: readonly string[]
}
