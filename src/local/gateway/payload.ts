import { invalidBody } from './api-error.ts'

/** A JSON body and the columns it writes. */
export interface Payload {
  /** As it came: numbers keep their digits. */
  json: string
  isArray: boolean
  columns: string[]
  /** `Prefer: missing=default`: columns that a row leaves out get their default, not null. */
  missingAsDefault: boolean
}

/**
 * Reads the body of a write. Its columns are those of `columns`, else the keys, which all rows must
 * share.
 *
 * @throws ApiError PGRST102
 */
export function readPayload(
  body: string,
  columns: string[] | undefined,
  missingAsDefault: boolean,
): Payload {
  const parsed = parse(body)
  const isArray = Array.isArray(parsed)
  const rows = isArray ? parsed : [parsed]
  if (!rows.every(isRecord)) throw invalidBody('Empty or invalid json')
  const keys = rows.map((row) => Object.keys(row))
  if (columns !== undefined) return { json: body, isArray, columns, missingAsDefault }
  const shared = keys[0] ?? []
  const same = new Set(shared)
  if (keys.some((own) => own.length !== same.size || own.some((key) => !same.has(key)))) {
    throw invalidBody('All object keys must match')
  }
  return { json: body, isArray, columns: shared, missingAsDefault }
}

/** The arguments of a call: an object, or nothing. */
export function readArguments(body: string): Record<string, unknown> {
  const parsed = body.trim() === '' ? {} : parse(body)
  if (!isRecord(parsed)) throw invalidBody('Empty or invalid json')
  return parsed
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    throw invalidBody('Empty or invalid json')
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
