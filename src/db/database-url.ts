import { ScopeError } from '../errors.ts'

export type SslMode = 'disable' | 'require' | 'verify-ca' | 'verify-full'

/** The parts of a Postgres URL that Supascope uses. */
export interface DatabaseUrl {
  host: string
  port: number
  user: string
  password: string | undefined
  database: string
  sslmode: SslMode
  sslrootcert: string | undefined
  /** From libpq's `connect_timeout`, which is in seconds. */
  connectTimeoutMs: number | undefined
  /** True for this machine: a socket or a loopback address. */
  local: boolean
  /** `host:port/database`: without user and password, safe to print. */
  target: string
}

const hint =
  'write it as postgresql://USER:PASSWORD@HOST:5432/postgres with special characters of the password percent-encoded'

/**
 * Takes a Postgres URL apart. A remote host gets `sslmode=require` unless the URL says otherwise;
 * `prefer` and `allow` count as `require` there, because a silent fall-back to clear text is no mode
 * for a production database, and as `disable` on this machine.
 *
 * @throws ScopeError SCOPE_DB_URL; the message never repeats the URL, which holds a password.
 */
export function parseDatabaseUrl(text: string): DatabaseUrl {
  // libpq allows `user@/database` for a socket; the URL standard wants a host after the @.
  const hostless = /^postgres(ql)?:\/\/[^/?#]*@\//.test(text)
  const url = URL.parse(hostless ? text.replace('@/', '@localhost/') : text)
  if (url === null) throw new ScopeError('SCOPE_DB_URL', 'the database URL is not a URL', hint)
  if (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:') {
    const what = url.protocol.startsWith('http')
      ? 'the URL is that of the API, not of the database'
      : 'the database URL does not start with postgresql://'
    throw new ScopeError('SCOPE_DB_URL', what, hint)
  }
  // A socket folder travels as ?host=/path, as in libpq.
  const named = hostless ? '' : url.hostname.replace(/^\[(.*)\]$/, '$1')
  const host = url.searchParams.get('host') ?? named
  if (host === '') throw new ScopeError('SCOPE_DB_URL', 'the database URL names no host', hint)
  const port = Number(url.port || 5432)
  const user = decode(url.username) || 'postgres'
  const database = decode(url.pathname.slice(1)) || user
  return {
    host,
    port,
    user,
    password: url.password === '' ? undefined : decode(url.password),
    database,
    sslmode: sslMode(url.searchParams.get('sslmode'), isLocal(host)),
    sslrootcert: url.searchParams.get('sslrootcert') ?? undefined,
    connectTimeoutMs: connectTimeout(url.searchParams.get('connect_timeout')),
    local: isLocal(host),
    target: `${host.includes(':') ? `[${host}]` : host}:${port}/${database}`,
  }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw new ScopeError('SCOPE_DB_URL', 'the database URL holds a stray % sign', hint)
  }
}

function sslMode(given: string | null, local: boolean): SslMode {
  switch (given) {
    case null:
    case 'prefer':
    case 'allow':
      return local ? 'disable' : 'require'
    case 'no-verify':
      return 'require'
    case 'disable':
    case 'require':
    case 'verify-ca':
    case 'verify-full':
      return given
    default:
      throw new ScopeError(
        'SCOPE_DB_URL',
        'the database URL has an unknown sslmode',
        'use disable, require, verify-ca or verify-full',
      )
  }
}

function connectTimeout(given: string | null): number | undefined {
  if (given === null) return undefined
  const seconds = /^\d{1,4}$/.test(given) ? Number(given) : 0
  if (seconds > 0) return seconds * 1000
  throw new ScopeError(
    'SCOPE_DB_URL',
    'the database URL has an unusable connect_timeout',
    'give it in whole seconds from 1 to 9999: ?connect_timeout=10',
  )
}

function isLocal(host: string): boolean {
  return host.startsWith('/') || host === 'localhost' || host === '::1' || /^127\./.test(host)
}
