import type { IncomingMessage } from 'node:http'
import { ApiError, invalidRange } from './api-error.ts'
import { type Preferences, readPreferences } from './preferences.ts'
import { exposedSchema } from './schema-cache.ts'
import type { RequestFacts } from './settings-sql.ts'

/** A request, read as far as it can be without knowing the database. */
export interface ApiRequest {
  method: 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'DELETE'
  kind: 'table' | 'rpc'
  /** Of the table or function; not yet known to exist. */
  name: string
  parameters: URLSearchParams
  preferences: Preferences
  /** `Accept: application/vnd.pgrst.object+json`: exactly one row, as an object. */
  single: boolean
  range: { limit: number | undefined; offset: number } | undefined
  body: string
  facts: RequestFacts
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PATCH', 'DELETE'])
const singleType = 'application/vnd.pgrst.object'

/** Reads method, path and headers. @throws ApiError */
export function readRequest(request: IncomingMessage, url: URL, body: string): ApiRequest {
  const { method = '', headers } = request
  if (method === 'PUT' || !methods.has(method)) {
    throw new ApiError(405, 'PGRST117', `Unsupported HTTP method: ${method}`)
  }
  const { kind, name } = readPath(url.pathname)
  if (kind === 'rpc' && (method === 'PATCH' || method === 'DELETE')) {
    throw new ApiError(405, 'PGRST101', `Cannot use the ${method} method on RPC`)
  }
  checkSchema(headers['accept-profile'], headers['content-profile'])
  checkContentType(headers['content-type'], body)
  return {
    method: method as ApiRequest['method'],
    kind,
    name,
    parameters: url.searchParams,
    preferences: readPreferences(headers.prefer?.toString() ?? ''),
    single: acceptsSingle(headers.accept),
    range: readRange(headers.range),
    body,
    facts: readFacts(request, url),
  }
}

function readPath(pathname: string): { kind: 'table' | 'rpc'; name: string } {
  const found = /^\/rest\/v1\/(rpc\/)?([^/]+)\/?$/.exec(pathname)
  const name = decode(found?.[2])
  if (!name) {
    throw new ApiError(404, 'PGRST125', 'Invalid path specified in request URL')
  }
  return { kind: found?.[1] === undefined ? 'table' : 'rpc', name }
}

function decode(text: string | undefined): string | undefined {
  try {
    return text && decodeURIComponent(text)
  } catch {
    return undefined
  }
}

function checkSchema(...profiles: (string | string[] | undefined)[]): void {
  for (const profile of profiles) {
    if (profile === undefined || profile === exposedSchema) continue
    throw new ApiError(406, 'PGRST106', `Invalid schema: ${profile}`, {
      hint: `Only the following schemas are exposed: ${exposedSchema}`,
    })
  }
}

function checkContentType(type: string | undefined, body: string): void {
  if (body === '' || type === undefined || /^application\/(.*\+)?json\b/.test(type)) return
  throw new ApiError(400, 'PGRST102', `Content-Type not acceptable: ${type}`)
}

function acceptsSingle(accept = '*/*'): boolean {
  const types = accept.split(',').map((type) => type.split(';', 1)[0]?.trim() ?? '')
  const isSingle = (type: string): boolean => type === singleType || type === `${singleType}+json`
  const known = types.find((type) => isSingle(type) || /^(\*|application)\/(\*|json)$/.test(type))
  if (known !== undefined) return isSingle(known)
  throw new ApiError(406, 'PGRST107', `None of these media types are available: ${accept}`)
}

/** `Range: 0-24`, in rows. */
function readRange(header: string | undefined): ApiRequest['range'] {
  const found = /^(?:items=)?(\d{1,15})-(\d{1,15})?$/.exec(header ?? '')
  if (!found) return undefined
  const [from, to] = [Number(found[1]), found[2] === undefined ? undefined : Number(found[2])]
  if (to !== undefined && to < from) {
    throw invalidRange(
      'The lower boundary must be lower than or equal to the upper boundary in the Range header.',
    )
  }
  return { offset: from, limit: to === undefined ? undefined : to - from + 1 }
}

/** As PostgREST hands them over: all headers, with the cookies apart. */
function readFacts({ method = '', headers }: IncomingMessage, url: URL): RequestFacts {
  const texts = Object.entries(headers).map(([key, text]) => [key, String(text)] as const)
  const cookies = (headers.cookie ?? '')
    .split(';')
    .map((pair) => pair.trim().split('=', 2) as [string, string?])
    .filter(([key]) => key !== '')
  return {
    method,
    path: url.pathname.replace(/^\/rest\/v1/, ''),
    headers: Object.fromEntries(texts.filter(([key]) => key !== 'cookie')),
    cookies: Object.fromEntries(cookies.map(([key, text = '']) => [key, text])),
  }
}
