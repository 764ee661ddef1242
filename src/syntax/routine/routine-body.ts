import type { InnerStatement } from './inner-statement.ts'

/** The source of a function or procedure. */
export interface RoutineSource {
  language: string
  /** `create function …`, as pg_get_functiondef() prints it. */
  definition: string
  /** The body alone: prosrc, or what pg_get_function_sqlbody() prints. */
  body: string
}

/** A statement with what surrounds it in its routine. */
export interface BodyStatement extends InnerStatement {
  /** Loops around it that run once for each of many things. */
  loops: number
  /** It is asked for once by a loop, which then runs for each of its rows. */
  loopQuery: boolean
  /** Its rows are put into a variable as a whole. */
  intoRecord: string | null
}

/** What could be read of a routine. */
export interface RoutineBody {
  statements: BodyStatement[]
  /** Functions that it calls anywhere, as written. */
  calls: string[]
  /** Lines of statements that are put together while it runs: what they do is not known. */
  dynamic: number[]
  /** Lines of blocks with exception handlers inside loops. */
  exceptionsInLoops: number[]
  /** Lines of counts that only tell whether there is any row. */
  countsToExist: number[]
  /** It ends transactions, raises its own settings or does else what is no query. */
  hasEffects: boolean
}

export type ReadBody = { ok: true; body: RoutineBody } | { ok: false; error: string }
