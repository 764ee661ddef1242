import { ApiError, invalidRange } from './api-error.ts'
import type { ApiRequest } from './api-request.ts'
import type { Plan } from './plan.ts'
import { appliedPreferences } from './preferences.ts'
import type { StatementRow } from './transaction.ts'

/** What goes back to the client. */
export interface Answer {
  status: number
  headers: Record<string, string>
  body: string
}

/**
 * Refuses a single object where there is not exactly one row; a write is rolled back by it.
 *
 * @throws ApiError PGRST116
 */
export function checkSingle(request: ApiRequest, row: StatementRow): void {
  if (!request.single || row.page_total === '1') return
  throw new ApiError(406, 'PGRST116', 'Cannot coerce the result to a single JSON object', {
    details: `The result contains ${row.page_total} rows`,
  })
}

/** Status, headers and body of a request that succeeded. */
export function answer(request: ApiRequest, plan: Plan, row: StatementRow): Answer {
  const answered =
    plan.routine !== undefined || request.method === 'GET' || request.method === 'HEAD'
  const result = answered ? readAnswer(request, plan, row) : writeAnswer(request, plan, row)
  return override(result, row)
}

function readAnswer(request: ApiRequest, plan: Plan, row: StatementRow): Answer {
  const rows = Number(row.page_total)
  const total = row.total_result_set === null ? undefined : Number(row.total_result_set)
  const { offset } = plan.query
  if (total !== undefined && offset > 0 && offset >= total) throw outOfBounds(offset, total)
  const headers = {
    'content-range': contentRange(offset, rows, total),
    ...applied({ count: request.preferences.count }),
  }
  if (plan.routine?.returns === 'void') return { status: 204, headers, body: '' }
  const partial = total !== undefined && rows < total
  return {
    status: partial ? 206 : 200,
    headers: { ...headers, 'content-type': contentType(request) },
    body: request.method === 'HEAD' ? '' : (row.body ?? ''),
  }
}

function outOfBounds(offset: number, total: number): ApiError {
  const error = invalidRange(
    `An offset of ${offset} was requested, but there are only ${total} rows.`,
  )
  return new ApiError(error.status, error.code, error.message, {
    details: error.details,
    headers: { 'content-range': `*/${total}` },
  })
}

function contentRange(offset: number, rows: number, total: number | undefined): string {
  return `${rows === 0 ? '*' : `${offset}-${offset + rows - 1}`}/${total ?? '*'}`
}

function writeAnswer(request: ApiRequest, plan: Plan, row: StatementRow): Answer {
  const { preferences, method } = request
  const full = preferences.representation === 'full'
  const rows = Number(row.page_total)
  const total = preferences.count === undefined ? undefined : rows
  const range = method === 'PATCH' ? contentRange(0, rows, total) : `*/${total ?? '*'}`
  const resolution = plan.onConflict?.columns.length ? preferences.resolution : undefined
  const missing = method === 'DELETE' ? false : preferences.missingAsDefault
  const headers = {
    'content-range': range,
    ...applied({ ...preferences, resolution, missingAsDefault: missing }),
    ...(full ? { 'content-type': contentType(request) } : {}),
  }
  const status = method === 'POST' ? insertStatus(plan, row) : full ? 200 : 204
  return { status, headers, body: full ? (row.body ?? '') : '' }
}

/** An upsert that inserted nothing has created nothing. */
function insertStatus(plan: Plan, row: StatementRow): number {
  const merged = plan.onConflict?.resolution === 'merge'
  return merged && Number(row.response_inserted) <= 0 ? 200 : 201
}

function applied(preferences: Parameters<typeof appliedPreferences>[0]): Record<string, string> {
  const text = appliedPreferences(preferences)
  return text === '' ? {} : { 'preference-applied': text }
}

function contentType({ single }: ApiRequest): string {
  return `application/${single ? 'vnd.pgrst.object+' : ''}json; charset=utf-8`
}

/** A function may set status and headers of its own response. */
function override(result: Answer, row: StatementRow): Answer {
  const status = row.response_status === null ? result.status : Number(row.response_status)
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    throw new ApiError(500, 'PGRST112', 'response.status guc must be a valid status code')
  }
  return { ...result, status, headers: { ...result.headers, ...ownHeaders(row.response_headers) } }
}

function ownHeaders(json: string | null): Record<string, string> {
  if (json === null) return {}
  const broken = new ApiError(
    500,
    'PGRST111',
    'response.headers guc must be a JSON array composed of objects with a single key and a string value',
  )
  let parsed: unknown
  try {
    parsed = JSON.parse(json)
  } catch {
    throw broken
  }
  if (!Array.isArray(parsed)) throw broken
  const pairs = parsed.flatMap((entry: unknown) => Object.entries(Object(entry)))
  const valid = pairs.every(
    ([key, text]) => /^[\w-]+$/.test(key) && typeof text === 'string' && /^[\t -~]*$/.test(text),
  )
  if (!valid || pairs.length !== parsed.length) throw broken
  return Object.fromEntries(pairs.map(([key, text]) => [key.toLowerCase(), String(text)]))
}
