import { type ErrorCode, ScopeError } from '../errors.ts'
import type { DatabaseUrl } from './database-url.ts'

type Where = Pick<DatabaseUrl, 'target'> & Partial<DatabaseUrl>

interface Failure {
  /** SQLSTATE, or Node's code of a system error; empty if there is none. */
  code: string
  message: string
}

interface Rule {
  when(failure: Failure): boolean
  code: ErrorCode
  hint: string
}

/**
 * Turns what the driver throws into an error with a remedy. Server messages are kept, because they
 * name the object; connection strings never reach them. A ScopeError passes through.
 */
export function databaseError(error: unknown, where?: Where): ScopeError {
  if (error instanceof ScopeError) return error
  const failure = { code: codeOf(error), message: messageOf(error) }
  const target = where?.target ?? 'the database'
  const options = { cause: error }
  const answered = serverRules.find((rule) => rule.when(failure))
  if (answered) {
    const text = `the database answered: ${failure.message}`
    return new ScopeError(answered.code, text, answered.hint, options)
  }
  const network = networkRules.find((rule) => rule.when(failure))
  if (network)
    return new ScopeError(
      network.code,
      network.text(target, failure.message),
      network.hint,
      options,
    )
  return new ScopeError(
    'SCOPE_DB_FAILED',
    `the database answered: ${failure.message}`,
    'run `supascope doctor` to see what this database lacks',
    options,
  )
}

const state =
  (...codes: string[]) =>
  ({ code }: Failure): boolean =>
    codes.includes(code)

const says =
  (pattern: RegExp) =>
  ({ message }: Failure): boolean =>
    pattern.test(message)

/**
 * What servers and poolers answer, by SQLSTATE where it tells enough; the first rule that fits wins.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const serverRules: readonly Rule[] = [
  {
    when: says(/no encryption|SSL off|SSL (connection )?(is )?required|requires? (SSL|TLS)/i),
    code: 'SCOPE_DB_TLS',
    hint: 'the server wants an encrypted connection: add ?sslmode=require to the URL',
  },
  {
    when: says(/no pg_hba\.conf entry/i),
    code: 'SCOPE_DB_AUTH',
    hint: 'pg_hba.conf does not let this user in from this address: use another user, or have a line added there',
  },
  {
    when: (failure) =>
      state('28P01', '28000')(failure) ||
      says(/tenant or user not found|no such user|SASL authentication failed/i)(failure),
    code: 'SCOPE_DB_AUTH',
    hint: "check user and password; through Supabase's pooler the user is postgres.PROJECT_REF",
  },
  {
    when: (failure) => state('3D000')(failure) || says(/^no such database/i)(failure),
    code: 'SCOPE_DB_NOT_FOUND',
    hint: 'check the name at the end of the URL; on Supabase it is postgres',
  },
  {
    when: (failure) =>
      state('53300', '53400')(failure) ||
      says(/no more connections allowed|max client connections|query_wait_timeout/i)(failure),
    code: 'SCOPE_DB_BUSY',
    hint: 'all connections are taken: try again, or use the pooler',
  },
  {
    when: ({ code }) => code.startsWith('57P'),
    code: 'SCOPE_DB_UNREACHABLE',
    hint: 'the server is starting or stopping: try again in a minute',
  },
  {
    when: state('53100'),
    code: 'SCOPE_DB_DISK_FULL',
    hint: 'free space on the database server; nothing was written',
  },
  {
    when: (failure) => state('25006')(failure) || says(/during recovery/)(failure),
    code: 'SCOPE_DB_READ_ONLY',
    hint: 'this server is a read replica or read-only: use the URL of the primary',
  },
  {
    when: state('42501'),
    code: 'SCOPE_DB_PRIVILEGE',
    hint: 'connect as the role postgres, or see docs/permissions.md',
  },
  {
    when: state('57014'),
    code: 'SCOPE_DB_TIMEOUT',
    hint: 'the server is slow now: try again later; nothing was written',
  },
  {
    when: state('55P03'),
    code: 'SCOPE_DB_BUSY',
    hint: 'another session holds the lock: try again later',
  },
]

/** What goes wrong on the way to the server, by the codes of Node and the words of the driver. */
const networkRules: readonly (Rule & { text(target: string, message: string): string })[] = [
  {
    when: says(/does not support SSL/i),
    code: 'SCOPE_DB_TLS',
    text: (target) => `${target} does not speak TLS`,
    hint: 'if you trust the network, add ?sslmode=disable to the URL',
  },
  {
    when: ({ code, message }) =>
      /certificate|self.signed|altname/i.test(`${code} ${message}`) || /^ERR_(TLS|SSL)/.test(code),
    code: 'SCOPE_DB_TLS',
    text: (target, message) => `the certificate of ${target} is not trusted: ${message}`,
    hint: "add sslrootcert=PATH with the server's root certificate to the URL, or sslmode=require to encrypt without checking it",
  },
  {
    when: state('ENOTFOUND', 'EAI_AGAIN'),
    code: 'SCOPE_DB_UNREACHABLE',
    text: (target) => `the host of ${target} is not known`,
    hint: 'check the host name and the network',
  },
  {
    when: state('ENETUNREACH', 'EHOSTUNREACH'),
    code: 'SCOPE_DB_UNREACHABLE',
    text: (target) => `${target} can't be reached from this network`,
    hint: "Supabase's direct host is IPv6 only: use the session pooler's URL, port 5432",
  },
  {
    when: (failure) =>
      state('ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOENT')(failure) ||
      says(/timeout|terminated|connection ended/i)(failure),
    code: 'SCOPE_DB_UNREACHABLE',
    text: (target, message) => `${target} does not answer: ${message}`,
    hint: 'check host and port, and that the server runs and lets this machine in',
  },
  {
    when: ({ code, message }) => code === '' && /password/i.test(message),
    code: 'SCOPE_DB_AUTH',
    text: (target) => `${target} asks for a password`,
    hint: 'put it into the URL: postgresql://USER:PASSWORD@HOST/DATABASE',
  },
]

function codeOf(error: unknown): string {
  const value = error instanceof Object && 'code' in error ? error.code : ''
  return typeof value === 'string' ? value : ''
}

/** The first line; an AggregateError (IPv4 and IPv6 both refused) has its words inside. */
function messageOf(error: unknown): string {
  const inner = error instanceof AggregateError ? error.errors[0] : error
  const text = inner instanceof Error ? inner.message : String(inner)
  return text.split('\n', 1)[0] || 'no reason given'
}
