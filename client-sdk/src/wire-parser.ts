/**
 * Reads a batch as the database reads it: never throws, keeps what is good, counts what is not.
 * Linear in the size of the payload.
 */
import {
  type Batch,
  type Dimension,
  type Kind,
  labels,
  limits,
  type Reason,
  vitals,
  WIRE_VERSION,
  type WireEvent,
  type WireSketch,
} from './wire.ts'

export interface Parsed {
  /** Only what is good, fit for jsonb; null if the batch was refused as a whole. */
  batch: Batch | null
  /** Events that the batch holds: a sketch counts as one entry. */
  accepted: number
  dropped: number
  reasons: Partial<Record<Reason, number>>
}

type Fields = Record<string, unknown>

/** @param now epoch milliseconds: what is too old or in the future is judged by it. */
export function parseBatch(payload: unknown, now: number): Parsed {
  const counter = count()
  const refusal = refusalOf(payload)
  if (refusal !== undefined) {
    counter.drop(refusal, Math.max(1, entries(payload)))
    return { batch: null, accepted: 0, dropped: counter.dropped(), reasons: counter.reasons }
  }
  const fields = payload as Fields
  const dims = listOf(fields.dims).slice(0, limits.dims).map(parseDimension)
  const place = compact(dims)
  const read: Reader = { now, place, drop: counter.drop }
  const events = latest(
    parseList(fields.events, limits.events, 'bad_event', parseEvent, read),
    read,
  )
  const sketches = parseList(fields.sketches, limits.sketches, 'bad_sketch', parseSketch, read)
  const batch: Batch = {
    v: WIRE_VERSION,
    id: (fields.id as string).toLowerCase(),
    dims: dims.filter((dim) => dim !== undefined),
  }
  if (events.length > 0) batch.events = events
  if (sketches.length > 0) batch.sketches = sketches
  if (isInteger(fields.dropped, 1, 1e9)) batch.dropped = fields.dropped
  return {
    batch,
    accepted: events.length + sketches.length,
    dropped: counter.dropped(),
    reasons: counter.reasons,
  }
}

/** What the readers of entries share: the clock, where dimensions went, and the count of drops. */
interface Reader {
  now: number
  place: Map<number, number>
  drop: (reason: Reason, times?: number) => void
}

function count(): { reasons: Parsed['reasons']; drop: Reader['drop']; dropped: () => number } {
  const reasons: Parsed['reasons'] = {}
  return {
    reasons,
    drop: (reason, times = 1) => {
      reasons[reason] = (reasons[reason] ?? 0) + times
    },
    dropped: () => Object.values(reasons).reduce((sum, times) => sum + times, 0),
  }
}

function refusalOf(payload: unknown): Reason | undefined {
  if (!isObject(payload)) return 'bad_payload'
  if (payload.v !== WIRE_VERSION) return 'bad_version'
  const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
  if (typeof payload.id !== 'string' || !uuid.test(payload.id)) return 'bad_batch_id'
  return undefined
}

function entries(payload: unknown): number {
  return isObject(payload) ? listOf(payload.events).length + listOf(payload.sketches).length : 0
}

function parseList<T>(
  list: unknown,
  limit: number,
  misshapen: Reason,
  parse: (entry: Fields, read: Reader) => T | Reason,
  read: Reader,
): T[] {
  if (list === undefined || list === null) return []
  if (!Array.isArray(list)) {
    read.drop(misshapen)
    return []
  }
  if (list.length > limit) read.drop('too_many', list.length - limit)
  const good: T[] = []
  for (const entry of list.slice(0, limit)) {
    const parsed = isObject(entry) ? parse(entry, read) : misshapen
    if (typeof parsed === 'string') read.drop(parsed as Reason)
    else good.push(parsed)
  }
  return good
}

/** From the sender's index of a dimension to its index among the good ones. */
function compact(dims: (Dimension | undefined)[]): Map<number, number> {
  const place = new Map<number, number>()
  dims.forEach((dim, index) => {
    if (dim !== undefined) place.set(index, place.size)
  })
  return place
}

function parseDimension(value: unknown): Dimension | undefined {
  if (!isObject(value)) return undefined
  const { kind, name } = value
  if (typeof kind !== 'string' || !Object.hasOwn(labels, kind)) return undefined
  if (!isLabel(name, limits.name)) return undefined
  if (kind === 'vital' && !(vitals as readonly string[]).includes(name)) return undefined
  const dim: Dimension = { kind: kind as Kind, name }
  for (const label of labels[dim.kind]) {
    const text = value[label]
    if (text === undefined || text === null) continue
    if (typeof text !== 'string' || !labelFits[label](text)) return undefined
    dim[label] = text
  }
  return dim
}

const labelFits: Record<(typeof labels)[Kind][number], (text: string) => boolean> = {
  // A template: query strings and fragments hold what must not be stored.
  route: (text) => isLabel(text, limits.route) && !/[?#]/.test(text),
  method: (text) => /^[A-Z]{1,16}$/.test(text),
  status: (text) => /^[1-5]xx$/.test(text),
  device: (text) => isLabel(text, limits.device),
  country: (text) => /^[A-Z]{2}$/.test(text),
  region: (text) => isLabel(text, limits.region),
  release: (text) => isLabel(text, limits.release),
}

function parseEvent(event: Fields, read: Reader): WireEvent | Reason {
  const d = read.place.get(event.d as number)
  if (d === undefined) return 'bad_dim'
  const untimely = timeFault(event.t, read.now)
  if (untimely !== undefined) return untimely
  if (!isNumber(event.v, 0, limits.value)) return 'bad_value'
  const good: WireEvent = { d, t: Math.floor(event.t as number), v: event.v }
  return optionalFields(event, good) ?? good
}

function optionalFields(event: Fields, good: WireEvent): Reason | undefined {
  const { w, e, tr, a } = event
  if (!isAbsent(w)) {
    if (!isInteger(w, 1, limits.weight)) return 'bad_weight'
    if (w > 1) good.w = w
  }
  if (!isAbsent(e)) {
    if (e !== 0 && e !== 1) return 'bad_error_flag'
    if (e === 1) good.e = 1
  }
  if (!isAbsent(tr)) {
    if (typeof tr !== 'string' || !/^(?!0{32})[0-9a-f]{32}$/.test(tr)) return 'bad_trace'
    good.tr = tr
  }
  if (!isAbsent(a)) {
    if (!areAttributes(a)) return 'bad_attributes'
    if (Object.keys(a).length > 0) good.a = a
  }
  return metricId(event, good)
}

function metricId({ id, s }: Fields, good: WireEvent): Reason | undefined {
  if (isAbsent(id)) return undefined
  if (typeof id !== 'string' || !/^[!-~]{1,64}$/.test(id)) return 'bad_metric_id'
  if (!isAbsent(s) && !isInteger(s, 0, limits.sequence)) return 'bad_metric_id'
  good.id = id
  good.s = isAbsent(s) ? 0 : (s as number)
  return undefined
}

/** Of the reports with one metric id the one with the highest sequence; the first of equals. */
function latest(events: WireEvent[], read: Reader): WireEvent[] {
  const best = new Map<string, WireEvent>()
  for (const event of events) {
    if (event.id === undefined) continue
    const known = best.get(event.id)
    if (known === undefined || (event.s ?? 0) > (known.s ?? 0)) best.set(event.id, event)
  }
  const kept = events.filter((event) => event.id === undefined || best.get(event.id) === event)
  if (kept.length < events.length) read.drop('superseded', events.length - kept.length)
  return kept
}

function parseSketch(sketch: Fields, read: Reader): WireSketch | Reason {
  const d = read.place.get(sketch.d as number)
  if (d === undefined) return 'bad_dim'
  const untimely = timeFault(sketch.t, read.now)
  if (untimely !== undefined) return untimely
  if ((sketch.t as number) % 60_000 !== 0) return 'bad_time'
  if (!countsFit(sketch) || !binsFit(sketch)) return 'bad_sketch'
  const { t, n, err, z, sum, min, max, i, c } = sketch
  return { d, t, n, err, z, sum, min, max, i, c }
}

function countsFit(sketch: Fields): sketch is Fields & Omit<WireSketch, 'i' | 'c'> {
  const { n, err, z, sum, min, max } = sketch
  return (
    isInteger(n, 1, limits.count) &&
    isInteger(err, 0, n) &&
    isInteger(z, 0, n) &&
    isNumber(sum, 0, limits.value * n) &&
    isNumber(max, 0, limits.value) &&
    isNumber(min, 0, max)
  )
}

function binsFit(sketch: Fields): sketch is Fields & Pick<WireSketch, 'i' | 'c'> {
  const { i, c, n, z } = sketch
  if (!Array.isArray(i) || !Array.isArray(c) || i.length !== c.length) return false
  if (i.length > limits.maxBin - limits.minBin + 1) return false
  let total = z as number
  let previous = limits.minBin - 1
  for (let k = 0; k < i.length; k++) {
    if (!isInteger(i[k], previous + 1, limits.maxBin) || !isInteger(c[k], 1, limits.count)) {
      return false
    }
    previous = i[k]
    total += c[k]
  }
  return total === n
}

function timeFault(t: unknown, now: number): Reason | undefined {
  if (typeof t !== 'number' || !Number.isFinite(t)) return 'bad_time'
  if (t < now - limits.lateMs) return 'too_old'
  return t > now + limits.aheadMs ? 'in_future' : undefined
}

function areAttributes(value: unknown): value is NonNullable<WireEvent['a']> {
  if (!isObject(value)) return false
  const keys = Object.keys(value)
  return (
    keys.length <= limits.attributes &&
    keys.every((key) => isLabel(key, limits.attributeKey) && isAttribute(value[key]))
  )
}

function isAttribute(value: unknown): boolean {
  if (typeof value === 'string') return value === '' || isLabel(value, limits.attributeText)
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))
}

/** Text of 1 to `max` code points that jsonb can hold, without control characters. */
function isLabel(value: unknown, max: number): value is string {
  if (typeof value !== 'string' || value === '' || value.length > 2 * max) return false
  return !/[\p{Cc}\p{Cs}]/u.test(value) && (value.length <= max || [...value].length <= max)
}

const isAbsent = (value: unknown): value is undefined | null =>
  value === undefined || value === null

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])

const isNumber = (value: unknown, min: number, max: number): value is number =>
  typeof value === 'number' && value >= min && value <= max

const isInteger = (value: unknown, min: number, max: number): value is number =>
  Number.isInteger(value) && isNumber(value, min, max)
