import type { IncomingHttpHeaders } from 'node:http'
import { ApiError } from './api-error.ts'
import { type Claims, verifyToken } from './jwt.ts'

/** Who asks: the database role, and the claims that the database gets to see. */
export interface Caller {
  role: string
  claims: Claims
  /** False without a token of a signed-in user or service. */
  known: boolean
}

export interface Keys {
  anonKey: string
  serviceRoleKey: string
  jwtSecret: string
}

/**
 * What stands in front of PostgREST on Supabase: the `apikey` header (or parameter) must be a key of
 * the project.
 *
 * @throws ApiError 401 in the words of that proxy, which have no code.
 */
export function checkApiKey(
  headers: IncomingHttpHeaders,
  query: URLSearchParams,
  keys: Keys,
): string {
  const key = headers.apikey?.toString() ?? query.get('apikey')
  if (key === null) throw new ApiError(401, '', 'No API key found in request')
  if (key !== keys.anonKey && key !== keys.serviceRoleKey) {
    throw new ApiError(401, '', 'Invalid authentication credentials')
  }
  return key
}

/**
 * The caller by its bearer token, else by its API key.
 * https://docs.postgrest.org/en/stable/references/auth.html
 *
 * @param now Seconds since 1970.
 */
export function identify(
  headers: IncomingHttpHeaders,
  apiKey: string,
  secret: string,
  now: number,
): Caller {
  const bearer = /^bearer (.*)$/i.exec(headers.authorization ?? '')?.[1]?.trim()
  const claims = verifyToken(bearer ?? apiKey, secret, now)
  const role = claims.role === undefined ? 'anon' : claims.role
  if (typeof role !== 'string' || role === '') {
    throw new ApiError(401, 'PGRST303', 'Parsing claims failed')
  }
  return { role, claims: { ...claims, role }, known: role !== 'anon' }
}
