import { readFileSync } from 'node:fs'
import type { ConnectionOptions } from 'node:tls'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { ScopeError } from '../errors.ts'
import { cancelClients } from './cancel.ts'
import { databaseError } from './database-error.ts'
import { type DatabaseUrl, parseDatabaseUrl } from './database-url.ts'
import { detectPooler, type Pooler } from './pooler.ts'
import type { Schema } from './schema.ts'

export type Database = Kysely<Schema>

/** An open, verified connection pool. */
export interface Connection {
  db: Database
  /** `host:port/database`: safe to print. */
  target: string
  url: DatabaseUrl
  /** What stands between this program and the server. */
  detectPooler(): Promise<Pooler>
  /** Asks the server to end whatever these connections run now, and gives them up. */
  cancel(): Promise<void>
  close(): Promise<void>
}

export interface ConnectOptions {
  url: string
  /** @defaultValue 'supascope' */
  applicationName?: string
  /** @defaultValue 2 */
  maxConnections?: number
  /** Unless the URL has a `connect_timeout`. @defaultValue 10_000 */
  connectTimeoutMs?: number
}

/**
 * A network that swallows packets keeps the server's own timeouts from being heard. Beyond the
 * longest of them, the wait is over in any case.
 */
const silenceTimeoutMs = 120_000

/**
 * Opens the database and proves with one query that it answers.
 *
 * Sends no start-up parameter but application_name, because transaction poolers refuse others, and
 * prepares no named statement. To a remote host it insists on TLS unless the URL's sslmode says
 * otherwise; `verify-ca` and `verify-full` check the certificate, against `sslrootcert` if given.
 *
 * @throws ScopeError SCOPE_DB_URL, SCOPE_DB_UNREACHABLE, SCOPE_DB_AUTH, SCOPE_DB_TLS,
 *   SCOPE_DB_NOT_FOUND, SCOPE_DB_BUSY
 */
export async function connect(options: ConnectOptions): Promise<Connection> {
  const url = parseDatabaseUrl(options.url)
  const pool = new pg.Pool({
    host: url.host,
    port: url.port,
    user: url.user,
    password: url.password,
    database: url.database,
    ssl: tlsOptions(url),
    application_name: options.applicationName ?? 'supascope',
    max: options.maxConnections ?? 2,
    connectionTimeoutMillis: url.connectTimeoutMs ?? options.connectTimeoutMs ?? 10_000,
    query_timeout: silenceTimeoutMs,
    keepAlive: true,
  })
  const clients = new Set<pg.PoolClient>()
  pool.on('connect', (client) => {
    clients.add(client)
    // One that is lost between two statements of a transaction tells it by the next of them.
    client.on('error', () => undefined)
  })
  pool.on('remove', (client) => clients.delete(client))
  // An idle connection that the server ends is replaced at the next query, which reports what is
  // wrong; without a listener the event would end the process.
  pool.on('error', () => undefined)
  const db: Database = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) })
  try {
    // Not `select 1`: the statistics would count everybody's pings as ours.
    await pool.query('select /* supascope */ pg_backend_pid() is not null')
  } catch (error) {
    await db.destroy()
    throw databaseError(error, url)
  }
  return {
    db,
    target: url.target,
    url,
    detectPooler: () => detectPooler(pool, url),
    cancel: () => cancelClients(clients, url),
    close: () => db.destroy(),
  }
}

function tlsOptions(url: DatabaseUrl): false | ConnectionOptions {
  switch (url.sslmode) {
    case 'disable':
      return false
    case 'require':
      return { rejectUnauthorized: false }
    case 'verify-ca':
      // libpq's verify-ca checks the chain and not the name.
      return {
        ...rootCertificate(url),
        rejectUnauthorized: true,
        checkServerIdentity: () => undefined,
      }
    case 'verify-full':
      return { ...rootCertificate(url), rejectUnauthorized: true }
  }
}

function rootCertificate(url: DatabaseUrl): ConnectionOptions {
  if (url.sslrootcert === undefined || url.sslrootcert === 'system') return {}
  try {
    return { ca: readFileSync(url.sslrootcert, 'utf8') }
  } catch (cause) {
    throw new ScopeError(
      'SCOPE_DB_URL',
      `the certificate ${url.sslrootcert} can't be read`,
      "check sslrootcert in the URL; Supabase's is under Project Settings > Database",
      { cause },
    )
  }
}
