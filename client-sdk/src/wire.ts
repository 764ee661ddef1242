/**
 * Wire format v1: what browsers, edge functions and load tests send, and what
 * `public.ingest_performance_logs(payload jsonb)` takes. docs/wire-format.md describes it for people;
 * the golden vectors beside the tests hold this file, Deno and the SQL to the same answers.
 *
 * Rules that hold everywhere: a number is an IEEE double; null counts as absent; fields that are not
 * named here, or not for the dimension's kind, are ignored; lengths count Unicode code points.
 */

export const WIRE_VERSION = 1

/** What one batch may hold. What goes beyond is dropped and counted, not refused. */
export const limits = {
  dims: 4096,
  events: 10_000,
  sketches: 4096,
  /** Bytes of the JSON text: held by whoever receives the request, not by the parser. */
  bytes: 1_048_576,
  /** How old an event may be, and how far ahead its clock may run, in milliseconds. */
  lateMs: 172_800_000,
  aheadMs: 600_000,
  value: 1e9,
  weight: 1_000_000,
  /** Events that a sketch may stand for. */
  count: 1e12,
  name: 128,
  route: 256,
  device: 32,
  region: 64,
  release: 64,
  sequence: 1_000_000,
  attributes: 16,
  attributeKey: 64,
  attributeText: 256,
  /** Lowest and highest bin of a sketch: see sketch.ts. */
  minBin: -345,
  maxBin: 1037,
} as const

/** Why something was not taken. The first that applies, in this order, is the one that is told. */
export const reasons = [
  'bad_payload',
  'bad_version',
  'bad_batch_id',
  'too_many',
  'bad_event',
  'bad_sketch',
  'bad_dim',
  'bad_time',
  'too_old',
  'in_future',
  'bad_value',
  'bad_weight',
  'bad_error_flag',
  'bad_trace',
  'bad_attributes',
  'bad_metric_id',
  'superseded',
] as const

export type Reason = (typeof reasons)[number]

/** Which of the optional labels each kind has. */
export const labels = {
  function: ['route', 'method', 'status', 'country', 'region', 'release'],
  span: ['route', 'status', 'region', 'release'],
  api: ['route', 'method', 'status', 'device', 'country', 'region', 'release'],
  vital: ['route', 'device', 'country', 'region', 'release'],
  load: ['route', 'method', 'status', 'region', 'release'],
} as const

export type Kind = keyof typeof labels

export const vitals = ['LCP', 'INP', 'CLS', 'FCP', 'TTFB'] as const

/** What an event is about. Few of them, and never an id, a raw URL or a query string. */
export interface Dimension {
  kind: Kind
  name: string
  route?: string
  method?: string
  /** '1xx' to '5xx' */
  status?: string
  device?: string
  /** ISO 3166-1 alpha-2 */
  country?: string
  region?: string
  release?: string
}

/** One measured value. */
export interface WireEvent {
  /** Index into `dims`. */
  d: number
  /** When, in epoch milliseconds. */
  t: number
  /** Milliseconds from 0 to 1e9; CLS as it is. */
  v: number
  /** How many events it stands for: 1/sampling rate. @defaultValue 1 */
  w?: number
  /** 1 if it failed. @defaultValue 0 */
  e?: 0 | 1
  /** Trace id: 32 lower-case hex digits, not all zero. */
  tr?: string
  a?: Record<string, string | number | boolean>
  /** Id of a vital that may be reported again: the report with the highest `s` is the one. */
  id?: string
  /** @defaultValue 0 */
  s?: number
}

/** Events of one dimension and minute, already counted: see sketch.ts. CLS times 1000. */
export interface WireSketch {
  d: number
  /** Start of the minute, in epoch milliseconds. */
  t: number
  /** How many events, how many of them failed, how many were zero: weighted. */
  n: number
  err: number
  z: number
  sum: number
  min: number
  max: number
  /** Bins in ascending order, and how many events each has; with `z` they make `n`. */
  i: number[]
  c: number[]
}

export interface Batch {
  v: typeof WIRE_VERSION
  /** UUID, made by the sender once and kept over retries: a batch counts once. */
  id: string
  dims: Dimension[]
  events?: WireEvent[]
  sketches?: WireSketch[]
  /** What the sender had to drop before. */
  dropped?: number
}

/** What the database answers. */
export interface Answer {
  accepted: number
  /** The batch was here before: nothing was taken now. */
  duplicate: boolean
  dropped: number
  reasons: Record<string, number>
}

/** Sketches have no place for what is smaller than 0.001, so CLS enters them times 1000. */
export function sketchScale(dim: Pick<Dimension, 'kind' | 'name'>): 1 | 1000 {
  return dim.kind === 'vital' && dim.name === 'CLS' ? 1000 : 1
}
