import type { RoleTimeout } from '../analyze/index.ts'

/** The statement_timeout of the API's requests, and statements that come near it. */
export interface TimeoutFacts {
  /** By the role that a request runs as; `ms` is null where it may run as long as it likes. */
  api: readonly RoleTimeout[]
  /** Statements of the API's roles whose figures come near their timeout, slowest first. */
  statements: readonly SlowestStatement[]
}

/** A statement as pg_stat_statements has it since the last reset of its figures. */
export interface SlowestStatement {
  queryid: string
  role: string
  toplevel: boolean
  calls: number
  meanMs: number
  stddevMs: number
  maxMs: number
  /** Since when its slowest call is known, ISO 8601; null before version 1.11 of the extension. */
  since: string | null
}
