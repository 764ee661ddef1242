import { ScopeError } from '../errors.ts'
import type { DatabaseUrl } from './database-url.ts'

type Where = Pick<DatabaseUrl, 'target'> & Partial<DatabaseUrl>

/**
 * Turns what the driver throws into an error with a remedy. Server messages are kept, because they
 * name the object; connection strings never reach them. A ScopeError passes through.
 */
export function databaseError(error: unknown, where?: Where): ScopeError {
  if (error instanceof ScopeError) return error
  const code = property(error, 'code')
  const message = messageOf(error)
  return (
    fromSqlState(code, message, error) ??
    fromNetwork(code, message, where, error) ??
    new ScopeError(
      'SCOPE_DB_FAILED',
      `the database answered: ${message}`,
      'run `supascope doctor` to see what this database lacks',
      { cause: error },
    )
  )
}

/** SQLSTATEs, by code or class: https://www.postgresql.org/docs/current/errcodes-appendix.html */
function fromSqlState(code: string, message: string, cause: unknown): ScopeError | undefined {
  const make = (scope: ConstructorParameters<typeof ScopeError>[0], hint: string): ScopeError =>
    new ScopeError(scope, `the database answered: ${message}`, hint, { cause })
  if (code === '28P01' || code === '28000' || /tenant or user not found/i.test(message)) {
    return make(
      'SCOPE_DB_AUTH',
      "check user and password; through Supabase's pooler the user is postgres.PROJECT_REF",
    )
  }
  if (code === '3D000')
    return make(
      'SCOPE_DB_NOT_FOUND',
      'check the name at the end of the URL; on Supabase it is postgres',
    )
  if (code === '53300' || code === '53400')
    return make('SCOPE_DB_BUSY', 'all connections are taken: try again, or use the pooler')
  if (code.startsWith('57P'))
    return make('SCOPE_DB_UNREACHABLE', 'the server is starting or stopping: try again in a minute')
  if (code === '53100')
    return make('SCOPE_DB_DISK_FULL', 'free space on the database server; nothing was written')
  if (code === '25006')
    return make(
      'SCOPE_DB_READ_ONLY',
      'this server is a read replica or read-only: use the URL of the primary',
    )
  if (code === '42501')
    return make('SCOPE_DB_PRIVILEGE', 'connect as the role postgres, or see docs/permissions.md')
  if (code === '57014')
    return make('SCOPE_DB_TIMEOUT', 'the server is slow now: try again later; nothing was written')
  if (code === '55P03')
    return make('SCOPE_DB_BUSY', 'another session holds the lock: try again later')
  return undefined
}

function fromNetwork(
  code: string,
  message: string,
  where: Where | undefined,
  cause: unknown,
): ScopeError | undefined {
  const target = where?.target ?? 'the database'
  const make = (
    scope: ConstructorParameters<typeof ScopeError>[0],
    text: string,
    hint: string,
  ): ScopeError => new ScopeError(scope, text, hint, { cause })
  if (/does not support SSL/i.test(message)) {
    return make(
      'SCOPE_DB_TLS',
      `${target} does not speak TLS`,
      'if you trust the network, add ?sslmode=disable to the URL',
    )
  }
  if (/certificate|self.signed|altname/i.test(`${code} ${message}`) || code.startsWith('ERR_TLS')) {
    return make(
      'SCOPE_DB_TLS',
      `the certificate of ${target} is not trusted: ${message}`,
      "add sslrootcert=PATH with the server's root certificate to the URL, or sslmode=require to encrypt without checking it",
    )
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return make(
      'SCOPE_DB_UNREACHABLE',
      `the host of ${target} is not known`,
      'check the host name and the network',
    )
  }
  if (code === 'ENETUNREACH' || code === 'EHOSTUNREACH') {
    return make(
      'SCOPE_DB_UNREACHABLE',
      `${target} can't be reached from this network`,
      "Supabase's direct host is IPv6 only: use the session pooler's URL, port 5432",
    )
  }
  if (
    ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOENT'].includes(code) ||
    /timeout|terminated/i.test(message)
  ) {
    return make(
      'SCOPE_DB_UNREACHABLE',
      `${target} does not answer: ${message}`,
      'check host and port, and that the server runs and lets this machine in',
    )
  }
  if (/password must be a string|password/i.test(message) && code === '') {
    return make(
      'SCOPE_DB_AUTH',
      `${target} asks for a password`,
      'put it into the URL: postgresql://USER:PASSWORD@HOST/DATABASE',
    )
  }
  return undefined
}

function property(error: unknown, name: string): string {
  const value = error instanceof Object ? (error as Record<string, unknown>)[name] : undefined
  return typeof value === 'string' ? value : ''
}

/** The first line; an AggregateError (IPv4 and IPv6 both refused) has its words inside. */
function messageOf(error: unknown): string {
  const inner = error instanceof AggregateError ? error.errors[0] : error
  const text = inner instanceof Error ? inner.message : String(inner)
  return text.split('\n', 1)[0] || 'no reason given'
}
