/**
 * The one error class of Supascope. Every failure a user can meet has a machine-readable code, a
 * one-line message and a hint: the remedy, as exact as it can be.
 */

/** What the process exits with when the error reaches the top: see the CLI contract. */
export type ExitCode = 1 | 2 | 3

const codes = {
  SCOPE_USAGE: 2,
  SCOPE_CONFIG: 2,
  SCOPE_OUTPUT: 2,
  SCOPE_DELIVERY: 2,
  SCOPE_DISK_FULL: 2,
  SCOPE_PORT_IN_USE: 2,
  SCOPE_LOCAL_MISSING: 2,
  SCOPE_LOCAL_FAILED: 2,
  SCOPE_INTERNAL: 2,
  SCOPE_DB_URL: 2,
  SCOPE_DB_UNREACHABLE: 3,
  SCOPE_DB_AUTH: 3,
  SCOPE_DB_TLS: 3,
  SCOPE_DB_NOT_FOUND: 3,
  SCOPE_DB_TIMEOUT: 3,
  SCOPE_DB_BUSY: 3,
  SCOPE_DB_DISK_FULL: 3,
  SCOPE_DB_PRIVILEGE: 3,
  SCOPE_DB_READ_ONLY: 3,
  SCOPE_DB_FAILED: 3,
  SCOPE_PGSS_MISSING: 3,
  SCOPE_PGSS_NOT_LOADED: 3,
  SCOPE_PGSS_OUTDATED: 3,
  SCOPE_PGSS_UNREADABLE: 3,
  SCOPE_SCHEMA_MISSING: 3,
  SCOPE_SCHEMA_OUTDATED: 3,
  SCOPE_SCHEMA_NEWER: 3,
  SCOPE_SCHEMA_BROKEN: 3,
} as const

export type ErrorCode = keyof typeof codes

/** Every code, with the exit status it leads to: 2 is usage or configuration, 3 the database. */
export const errorCodes: Readonly<Record<ErrorCode, ExitCode>> = codes

/** A failure with its remedy. Neither `message` nor `hint` ever carries a secret. */
export class ScopeError extends Error {
  override readonly name = 'ScopeError'
  readonly code: ErrorCode
  /** What to do about it: ideally the exact command or SQL. */
  readonly hint: string

  constructor(code: ErrorCode, message: string, hint: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
    this.hint = hint
  }

  get exitCode(): ExitCode {
    return errorCodes[this.code]
  }
}
