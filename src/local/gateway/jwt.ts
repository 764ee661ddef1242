import { createHmac, timingSafeEqual } from 'node:crypto'
import { ApiError } from './api-error.ts'

export type Claims = Record<string, unknown>

/** PostgREST accepts this much difference between clocks. */
const skewSeconds = 30

/** A signed JSON Web Token (HS256), as Supabase's legacy keys and its users' sessions are. */
export function signToken(claims: Claims, secret: string): string {
  const head = encode({ alg: 'HS256', typ: 'JWT' })
  const payload = encode(claims)
  return `${head}.${payload}.${signature(`${head}.${payload}`, secret)}`
}

/**
 * The claims of a token, once signature and times are proven. The algorithm is never the token's
 * choice.
 *
 * @param now Seconds since 1970.
 * @throws ApiError PGRST301 for a token that can't be trusted, PGRST303 for one that is not valid now.
 */
export function verifyToken(token: string, secret: string, now: number): Claims {
  const parts = token.split('.')
  if (token === '') throw refused('PGRST301', 'Empty JWT is sent in Authorization header')
  if (parts.length !== 3) {
    throw refused('PGRST301', `Expected 3 parts in JWT; got ${parts.length}`)
  }
  const [head = '', payload = '', given = ''] = parts
  if (decode(head)?.alg !== 'HS256') {
    throw refused('PGRST301', 'Wrong or unsupported encoding algorithm')
  }
  if (!equal(given, signature(`${head}.${payload}`, secret))) {
    const details = 'None of the keys was able to decode the JWT'
    throw refused('PGRST301', 'No suitable key or wrong key type', details)
  }
  const claims = decode(payload)
  if (claims === undefined) throw refused('PGRST303', 'Parsing claims failed')
  checkTimes(claims, now)
  return claims
}

function checkTimes(claims: Claims, now: number): void {
  for (const name of ['exp', 'nbf', 'iat']) {
    const value = claims[name]
    if (value !== undefined && value !== null && typeof value !== 'number') {
      throw refused('PGRST303', `The JWT '${name}' claim must be a number`)
    }
  }
  const { exp, nbf, iat } = claims
  if (typeof exp === 'number' && exp < now - skewSeconds) throw refused('PGRST303', 'JWT expired')
  if (typeof nbf === 'number' && nbf > now + skewSeconds) {
    throw refused('PGRST303', 'JWT not yet valid')
  }
  if (typeof iat === 'number' && iat > now + skewSeconds) {
    throw refused('PGRST303', 'JWT issued at future')
  }
}

function refused(code: string, message: string, details: string | null = null): ApiError {
  return new ApiError(401, code, message, {
    details,
    headers: {
      'www-authenticate': `Bearer error="invalid_token", error_description="${message}"`,
    },
  })
}

function signature(text: string, secret: string): string {
  return createHmac('sha256', secret).update(text).digest('base64url')
}

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function decode(part: string): Claims | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Claims)
      : undefined
  } catch {
    return undefined
  }
}
