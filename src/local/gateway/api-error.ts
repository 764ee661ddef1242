import pg from 'pg'

interface ApiErrorParts {
  details?: string | null
  hint?: string | null
  headers?: Record<string, string>
}

/**
 * An answer that is an error: code, message, details and hint in PostgREST's JSON form.
 * Codes: https://docs.postgrest.org/en/stable/references/errors.html#postgrest-error-codes
 */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly code: string
  readonly details: string | null
  readonly hint: string | null
  readonly headers: Record<string, string>

  constructor(status: number, code: string, message: string, parts: ApiErrorParts = {}) {
    super(message)
    this.status = status
    this.code = code
    this.details = parts.details ?? null
    this.hint = parts.hint ?? null
    this.headers = parts.headers ?? {}
  }

  get body(): string {
    const { code, details, hint, message } = this
    return JSON.stringify({ code, details, hint, message })
  }
}

/** What PostgREST can do and this double can't: it says so instead of guessing. */
export function notImplemented(what: string): ApiError {
  return new ApiError(400, 'PGRST127', 'Feature not implemented', {
    details: `the local gateway does not know ${what}`,
  })
}

/** A part of the query string that can't be read. */
export function parseError(what: string, text: string, expected: string): ApiError {
  return new ApiError(400, 'PGRST100', `"failed to parse ${what} (${text})"`, {
    details: `expecting ${expected}`,
  })
}

export function invalidBody(message: string): ApiError {
  return new ApiError(400, 'PGRST102', message)
}

export function invalidRange(details: string): ApiError {
  return new ApiError(416, 'PGRST103', 'Requested range not satisfiable', { details })
}

/**
 * What a failed statement becomes. `known` is false for callers without a token of their own: what
 * they lack is authentication.
 */
export function fromDatabase(error: unknown, known: boolean): ApiError {
  if (error instanceof ApiError) return error
  if (error instanceof TypeError || error instanceof RangeError) {
    // A mistake of the gateway itself: hiding it as a lost connection would hide it from its tests.
    return new ApiError(500, 'PGRSTX00', `the gateway failed: ${error.message}`)
  }
  if (!(error instanceof pg.DatabaseError) || error.code === undefined) {
    return new ApiError(503, 'PGRST001', 'Database client error. Retrying the connection.')
  }
  const status = statusOf(error.code, error.message, known)
  return new ApiError(status, error.code, error.message, {
    details: error.detail ?? null,
    hint: error.hint ?? null,
    ...(status === 401 ? { headers: { 'www-authenticate': 'Bearer' } } : {}),
  })
}

/** https://docs.postgrest.org/en/stable/references/errors.html#http-status-codes: first match wins. */
const statuses: readonly (readonly [RegExp, number])[] = [
  [/^08|^57P01|^53(?!400)/, 503],
  [/^0L|^0P|^28/, 403],
  [/^23503|^23505/, 409],
  [/^25006/, 405],
  [/^42883|^42P01/, 404],
  [/^42P17|^53400|^21000/, 500],
  [/^P0001/, 400],
  [/^(09|25|2D|38|39|3B|40|54|55|57|58|F0|HV|P0|XX)/, 500],
]

function statusOf(code: string, message: string, known: boolean): number {
  if (code === '42501') return known ? 403 : 401
  if (code === '22023' && /^role .* does not exist$/.test(message)) return 401
  const custom = /^PT([1-5]\d\d)$/.exec(code)
  if (custom) return Number(custom[1])
  return statuses.find(([pattern]) => pattern.test(code))?.[1] ?? 400
}
