import { createServer, type Server } from 'node:http'
import pg from 'pg'
import { parseDatabaseUrl } from '../../db/index.ts'
import { ScopeError } from '../../errors.ts'
import type { Keys } from './caller.ts'
import { readSchemaCache } from './schema-cache.ts'
import { requestHandler } from './serve-request.ts'
import { Transactions } from './transaction.ts'

export interface GatewayOptions extends Keys {
  /** Postgres URL as the role authenticator. */
  databaseUrl: string
  /** @defaultValue 0, a free one */
  port?: number
  /** @defaultValue 10, as PostgREST's */
  maxConnections?: number
  /** @defaultValue 1_048_576 */
  maxBodyBytes?: number
}

export interface Gateway {
  /** `http://127.0.0.1:54321` */
  url: string
  /** Reads the schema anew, after a migration. */
  reload(): Promise<void>
  /**
   * Stops listening, ends running requests with their transactions, closes all connections.
   * Harmless when repeated.
   */
  stop(): Promise<void>
}

/**
 * Starts the double of PostgREST behind Supabase's API gateway on 127.0.0.1.
 *
 * @throws ScopeError SCOPE_PORT_IN_USE
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const database = parseDatabaseUrl(options.databaseUrl)
  const pool = new pg.Pool({
    connectionString: options.databaseUrl,
    application_name: 'postgrest',
    max: options.maxConnections ?? 10,
    connectionTimeoutMillis: 10_000,
  })
  // The next request that needs the connection reports what is wrong.
  pool.on('error', () => undefined)
  try {
    let cache = await readSchemaCache(pool)
    const transactions = new Transactions(pool, database)
    const maxBodyBytes = options.maxBodyBytes ?? 1_048_576
    const handle = requestHandler({
      keys: options,
      maxBodyBytes,
      transactions,
      schema: () => cache,
    })
    const server = createServer((request, response) => void handle(request, response))
    const port = await listen(server, options.port ?? 0)
    let stopped: Promise<void> | undefined
    return {
      url: `http://127.0.0.1:${port}`,
      async reload() {
        cache = await readSchemaCache(pool)
      },
      stop() {
        stopped ??= stop(server, pool)
        return stopped
      },
    }
  } catch (error) {
    await pool.end()
    throw error
  }
}

async function stop(server: Server, pool: pg.Pool): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve))
  server.closeAllConnections()
  await closed
  await pool.end()
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'EADDRINUSE' && cause.code !== 'EACCES') return reject(cause)
      reject(
        new ScopeError(
          'SCOPE_PORT_IN_USE',
          `port ${port} of 127.0.0.1 is taken`,
          'stop what listens there, or choose another with --gateway-port',
          { cause },
        ),
      )
    })
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}
