/** What wire vectors are made of: a batch around one event or one sketch, and what is expected. */
import type { Dimension, Reason, WireEvent, WireSketch } from '../../../src/wire.ts'

export interface WireVector {
  name: string
  /** The payload; what JSON.stringify can't say is in `text`. */
  payload?: unknown
  /** The payload as JSON text. */
  text?: string
  accepted: number
  reasons: Partial<Record<Reason, number>>
  /** jsonb itself refuses the text, so it never reaches the function. */
  refusedByJsonb?: true
}

/** 2026-11-15 12:00:30 UTC */
export const now = 1_794_744_030_000
export const minute = 1_794_744_000_000

export const id = '0f8b3c52-6d1e-4b7a-9c55-2f8f6f0a1d01'
export const fn: Dimension = { kind: 'function', name: 'checkout' }
export const event: WireEvent = { d: 0, t: now - 1000, v: 12.5 }
export const sketch: WireSketch = {
  d: 0,
  t: minute,
  n: 3,
  err: 1,
  z: 1,
  sum: 21,
  min: 0,
  max: 11,
  i: [116, 120],
  c: [1, 1],
}
export const lcp: Dimension = { kind: 'vital', name: 'LCP', route: '/todos/:id', device: 'phone' }

/** A batch around one event. */
export const one = (fields: object, dim: unknown = fn): unknown => ({
  v: 1,
  id,
  dims: [dim],
  events: [{ ...event, ...fields }],
})

export const pre = (fields: object): unknown => ({
  v: 1,
  id,
  dims: [fn],
  sketches: [{ ...sketch, ...fields }],
})

export const good = (name: string, payload: unknown, accepted = 1): WireVector => ({
  name,
  payload,
  accepted,
  reasons: {},
})

export const bad = (name: string, reason: Reason, payload: unknown, times = 1): WireVector => ({
  name,
  payload,
  accepted: 0,
  reasons: { [reason]: times },
})

/** Many payloads that fail for the same reason. */
export const each = (
  reason: Reason,
  payload: (fields: object) => unknown,
  field: string,
  values: unknown[],
): WireVector[] =>
  values.map((value) =>
    bad(
      `${reason}: ${field} ${JSON.stringify(value)?.slice(0, 40)}`,
      reason,
      payload({ [field]: value }),
    ),
  )

export const long = (length: number): string => 'x'.repeat(length)
