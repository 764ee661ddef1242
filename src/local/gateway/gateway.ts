import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { performance } from 'node:perf_hooks'
import pg from 'pg'
import { parseDatabaseUrl } from '../../db/index.ts'
import { ScopeError } from '../../errors.ts'
import { type Answer, answer, checkSingle } from './answer.ts'
import { fromDatabase } from './api-error.ts'
import { readRequest } from './api-request.ts'
import { type Caller, checkApiKey, identify, type Keys } from './caller.ts'
import { parseRequest, planRequest } from './plan.ts'
import { readBody } from './request-body.ts'
import { readSchemaCache, type SchemaCache } from './schema-cache.ts'
import { ServerTiming } from './server-timing.ts'
import { settingsSql } from './settings-sql.ts'
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
    const handle = requestHandler(options, transactions, () => cache)
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

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

function requestHandler(
  options: GatewayOptions,
  transactions: Transactions,
  schema: () => SchemaCache,
): Handler {
  return async (request, response) => {
    const timing = new ServerTiming(() => performance.now())
    const left = new AbortController()
    response.on('close', () => left.abort())
    let caller: Caller | undefined
    try {
      const url = new URL(request.url ?? '/', 'http://127.0.0.1')
      if (request.method === 'OPTIONS') return send(response, preflight, timing)
      caller = await timing.time('jwt', () => {
        const apiKey = checkApiKey(request.headers, url.searchParams, options)
        return identify(request.headers, apiKey, options.jwtSecret, Date.now() / 1000)
      })
      const result = await serve(request, url, caller, left.signal)
      send(response, await timing.time('response', () => result), timing)
    } catch (error) {
      send(response, failure(error, caller?.known === true), timing)
    }

    async function serve(
      incoming: IncomingMessage,
      url: URL,
      who: Caller,
      signal: AbortSignal,
    ): Promise<Answer> {
      const body = await readBody(incoming, options.maxBodyBytes ?? 1_048_576)
      const cache = schema()
      const [asked, query] = await timing.time('parse', () => {
        const read = readRequest(incoming, url, body)
        return [read, parseRequest(read, cache)] as const
      })
      const plan = await timing.time('plan', () => planRequest(asked, query, cache))
      const roleSettings = cache.roleSettings.get(who.role) ?? {}
      const work = {
        readOnly: plan.readOnly,
        settings: settingsSql(who, asked.facts, roleSettings, plan.settings),
        statement: plan.statement,
        check: checkSingle.bind(null, asked),
      }
      const row = await timing.time('transaction', () => transactions.run(work, signal))
      return answer(asked, plan, row)
    }
  }
}

const preflight: Answer = {
  status: 200,
  headers: {
    'access-control-allow-methods': 'GET,HEAD,POST,PATCH,DELETE,OPTIONS',
    'access-control-allow-headers': '*, authorization',
    'access-control-max-age': '3600',
  },
  body: '',
}

function failure(error: unknown, known: boolean): Answer {
  const wrong = fromDatabase(error, known)
  const headers = { ...wrong.headers, 'content-type': 'application/json; charset=utf-8' }
  // The proxy in front of PostgREST has no codes.
  const body = wrong.code === '' ? JSON.stringify({ message: wrong.message }) : wrong.body
  return { status: wrong.status, headers, body }
}

function send(
  response: ServerResponse,
  { status, headers, body }: Answer,
  timing: ServerTiming,
): void {
  // Nobody is there to hear it.
  if (response.destroyed) return
  const steps = timing.toString()
  response.writeHead(status, {
    ...headers,
    'access-control-allow-origin': '*',
    'access-control-expose-headers': 'content-range, preference-applied, server-timing',
    ...(steps === '' ? {} : { 'server-timing': steps }),
    ...(status === 204 ? {} : { 'content-length': Buffer.byteLength(body) }),
  })
  response.end(body)
}
