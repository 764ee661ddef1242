import type { IncomingMessage, ServerResponse } from 'node:http'
import { performance } from 'node:perf_hooks'
import { type Answer, answer, checkSingle } from './answer.ts'
import { ApiError, fromDatabase } from './api-error.ts'
import { readRequest } from './api-request.ts'
import { type Caller, checkApiKey, identify, type Keys } from './caller.ts'
import { parseRequest, planRequest } from './plan.ts'
import { readBody } from './request-body.ts'
import type { SchemaCache } from './schema-cache.ts'
import { ServerTiming } from './server-timing.ts'
import { settingsSql } from './settings-sql.ts'
import type { Transactions } from './transaction.ts'

/** What requests are served with. */
export interface Service {
  keys: Keys
  maxBodyBytes: number
  transactions: Transactions
  schema(): SchemaCache
}

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** Serves one request after the other; whatever goes wrong becomes an answer. */
export function requestHandler(service: Service): Handler {
  return async (request, response) => {
    const timing = new ServerTiming(() => performance.now())
    const left = new AbortController()
    response.on('close', () => left.abort())
    let caller: Caller | undefined
    try {
      if (request.method === 'OPTIONS') return send(response, preflight, timing)
      const url = readUrl(request)
      const who = await timing.time('jwt', () => callerOf(service.keys, request, url))
      caller = who
      const result = await serve(
        service,
        { request, url, caller: who, signal: left.signal },
        timing,
      )
      send(response, await timing.time('response', () => result), timing)
    } catch (error) {
      send(response, failure(error, caller?.known === true), timing)
    }
  }
}

function readUrl({ url = '/' }: IncomingMessage): URL {
  const parsed = URL.parse(url, 'http://127.0.0.1')
  if (parsed !== null) return parsed
  throw new ApiError(404, 'PGRST125', 'Invalid path specified in request URL')
}

function callerOf(keys: Keys, { headers }: IncomingMessage, url: URL): Caller {
  const apiKey = checkApiKey(headers, url.searchParams, keys)
  return identify(headers, apiKey, keys.jwtSecret, Date.now() / 1000)
}

interface Incoming {
  request: IncomingMessage
  url: URL
  caller: Caller
  /** Aborted when the client is gone. */
  signal: AbortSignal
}

async function serve(
  { maxBodyBytes, transactions, schema }: Service,
  { request, url, caller, signal }: Incoming,
  timing: ServerTiming,
): Promise<Answer> {
  const body = await readBody(request, maxBodyBytes)
  const cache = schema()
  const [asked, query] = await timing.time('parse', () => {
    const read = readRequest(request, url, body)
    return [read, parseRequest(read, cache)] as const
  })
  const plan = await timing.time('plan', () => planRequest(asked, query, cache))
  const roleSettings = cache.roleSettings.get(caller.role) ?? {}
  const work = {
    readOnly: plan.readOnly,
    settings: settingsSql(caller, asked.facts, roleSettings, plan.settings),
    statement: plan.statement,
    check: checkSingle.bind(null, asked),
  }
  const row = await timing.time('transaction', () => transactions.run(work, signal))
  return answer(asked, plan, row)
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
