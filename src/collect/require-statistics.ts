import type { Capabilities, StatementStatistics } from '../db/index.ts'
import { ScopeError } from '../errors.ts'

type Facts = Pick<Capabilities, 'statements' | 'role'>

/**
 * The facts of pg_stat_statements, if it is there, running, new enough and readable in whole.
 *
 * @throws ScopeError SCOPE_PGSS_MISSING, SCOPE_PGSS_NOT_LOADED, SCOPE_PGSS_OUTDATED,
 *   SCOPE_PGSS_UNREADABLE
 */
export function requireStatistics({ statements, role }: Facts): StatementStatistics {
  if (statements === null) {
    throw new ScopeError(
      'SCOPE_PGSS_MISSING',
      'the extension pg_stat_statements is not in this database',
      'run: create extension pg_stat_statements with schema extensions;',
    )
  }
  if (!statements.loaded) {
    throw new ScopeError(
      'SCOPE_PGSS_NOT_LOADED',
      'pg_stat_statements is not preloaded, so the server counts nothing',
      'add it to shared_preload_libraries in postgresql.conf and restart the server',
    )
  }
  if (isBefore(statements.version, 1, 9)) {
    throw new ScopeError(
      'SCOPE_PGSS_OUTDATED',
      `pg_stat_statements is at version ${statements.version}; Supascope needs 1.9`,
      `run: alter extension pg_stat_statements update; it brings ${statements.availableVersion}`,
    )
  }
  if (!role.readAllStats) throw unreadableStatistics(role.name)
  return statements
}

/** For a role that sees its own statements only. */
export function unreadableStatistics(role: string): ScopeError {
  return new ScopeError(
    'SCOPE_PGSS_UNREADABLE',
    `the role ${role} sees its own statements only`,
    `run as postgres: grant pg_monitor to ${quoteName(role)};`,
  )
}

/**
 * What went wrong while reading the columns that a version should have. A version newer than any
 * known may lack one.
 */
export function columnsError(error: unknown, version: string): unknown {
  if (!(error instanceof ScopeError)) return error
  const { cause } = error
  if (!(cause instanceof Error && 'code' in cause && cause.code === '42703')) return error
  return new ScopeError(
    'SCOPE_PGSS_UNREADABLE',
    `pg_stat_statements ${version} is not as this version of supascope knows it: ${cause.message}`,
    'update the program: npm install supascope@latest',
    { cause: error },
  )
}

/** Whether an extension version like `1.10` is older than `major.minor`. */
export function isBefore(version: string, major: number, minor: number): boolean {
  const [a = 0, b = 0] = version.split('.').map(Number)
  return a < major || (a === major && b < minor)
}

function quoteName(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`
}
