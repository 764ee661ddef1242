/** Payloads as an enemy, or a broken client, would send them: almost right, wrong, and absurd. */
import fc, { type Arbitrary } from 'fast-check'
import { labels, limits, vitals } from '../src/wire.ts'

/** Anything that JSON can hold, extremes more often than the rest. */
const junk: Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    '',
    ' ',
    '0',
    '1',
    ' 5 ',
    '1e3',
    '0x10',
    '1_000',
    'null',
    'NaN',
    'infinity',
    '4bf92f35-77b3-4da6-a3ce-929d0e0e4736',
    '{4bf92f3577b34da6a3ce929d0e0e47}',
    '4BF92F3577B34DA6A3CE929D0E0E4736',
    '\u0001',
    '\u2028\u202e',
    '🦖',
    `'; select 1; --`,
    '$1',
    '{}',
    [],
    {},
    [[]],
    [[116], [120]],
    [[116, 120]],
    [116, null],
    ['116', '120'],
    [1.5, 2.5],
    [120, 116],
    '{116,120}',
    '[0:1]={116,120}',
    { d: 0 },
    { toString: 1 },
    JSON.parse('{"__proto__": {"v": 1}}'),
    0,
    -0,
    -1,
    0.5,
    1e-7,
    5e-324,
    32_768,
    2_147_483_648,
    4_294_967_297,
    Number.MAX_SAFE_INTEGER + 1,
    2 ** 63,
    1e38,
    1e39,
    -1e308,
    1.7976931348623157e308,
  ),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.string({ unit: 'binary-ascii', maxLength: 20 }),
  fc.string({ unit: 'grapheme', maxLength: 300, size: 'max' }),
  fc.jsonValue({ maxDepth: 4 }),
)

/** The right thing, most of the time. */
function mostly<T>(right: Arbitrary<T>, wrong: Arbitrary<unknown> = junk): Arbitrary<unknown> {
  return fc.oneof({ weight: 15, arbitrary: right as Arbitrary<unknown> }, wrong)
}

const text = (max: number): Arbitrary<string> =>
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: max })

const dimension = fc.record(
  {
    kind: mostly(fc.constantFrom(...Object.keys(labels))),
    name: mostly(fc.oneof(text(limits.name + 1), fc.constantFrom(...vitals))),
    route: mostly(fc.constantFrom('/', '/todos/:id', '/todos?id=7')),
    method: mostly(fc.constantFrom('GET', 'POST')),
    status: mostly(fc.constantFrom('2xx', '5xx')),
    device: mostly(text(limits.device)),
    country: mostly(fc.constantFrom('DE', 'US')),
    region: mostly(text(limits.region)),
    release: mostly(text(limits.release + 1)),
  },
  { requiredKeys: ['kind', 'name'] },
)

/** Good ones in front, so that not all events fail by their dimension. */
const dimensions = fc
  .array(mostly(dimension), { maxLength: 3 })
  .map((rest) => [
    { kind: 'vital', name: 'CLS', route: '/todos/:id' },
    { kind: 'function', name: 'checkout', status: '2xx' },
    ...rest,
  ])

const time = (now: number): Arbitrary<unknown> =>
  mostly(fc.integer({ min: now - limits.lateMs + 600_000, max: now }))

const event = (now: number): Arbitrary<unknown> =>
  fc.record(
    {
      d: mostly(fc.constantFrom(0, 1, 0, 1, 2, 3)),
      t: time(now),
      v: mostly(fc.oneof(fc.double({ min: 0, max: 1e5, noNaN: true }), fc.constantFrom(0, 1e9))),
      w: mostly(fc.integer({ min: 1, max: limits.weight })),
      e: mostly(fc.constantFrom(0, 1)),
      tr: mostly(fc.stringMatching(/^[0-9a-f]{32}$/)),
      a: mostly(
        fc.dictionary(text(8), fc.oneof(text(20), fc.integer(), fc.boolean()), { maxKeys: 4 }),
      ),
      id: mostly(fc.constantFrom('v5-1', 'v5-2', 'v5-3')),
      s: mostly(fc.nat(5)),
    },
    { requiredKeys: ['d', 't', 'v'] },
  )

const sketch = (now: number): Arbitrary<unknown> =>
  fc
    .record({
      bins: fc.uniqueArray(fc.integer({ min: limits.minBin, max: limits.maxBin }), {
        maxLength: 6,
      }),
      counts: fc.array(fc.integer({ min: 1, max: 1e6 }), { minLength: 6, maxLength: 6 }),
      z: fc.nat(3),
      minutes: fc.nat(100),
      wrong: fc.dictionary(
        fc.constantFrom('d', 't', 'n', 'err', 'z', 'sum', 'min', 'max', 'i', 'c'),
        junk,
        {
          maxKeys: 1,
        },
      ),
      right: fc.nat(4),
    })
    .map(({ bins, counts, z, minutes, wrong, right }) => {
      const i = bins.toSorted((a, b) => a - b)
      const c = counts.slice(0, i.length)
      const n = c.reduce((sum, count) => sum + count, z)
      const t = Math.floor(now / 60_000 - minutes) * 60_000
      const good = { d: 0, t, n, err: 0, z, sum: n, min: 0, max: 1e9, i, c }
      return right === 0 ? { ...good, ...wrong } : good
    })

/**
 * @param now epoch milliseconds of the events that are timely
 * @param id of the batch, where it is right
 */
export function hostilePayload(now: number, id: Arbitrary<string> = fc.uuid()): Arbitrary<unknown> {
  const batch = fc.record(
    {
      v: mostly(fc.constant(1)),
      id: mostly(id),
      dims: mostly(dimensions),
      events: mostly(fc.array(mostly(event(now)), { maxLength: 12 })),
      sketches: mostly(fc.array(mostly(sketch(now)), { maxLength: 4 })),
      dropped: mostly(fc.nat()),
      x: junk,
    },
    { requiredKeys: ['v', 'id', 'dims'] },
  )
  // As it arrives: what JSON can't say is gone.
  return mostly(batch).map((payload) => JSON.parse(JSON.stringify(payload ?? null)))
}

/**
 * Batches of one kind of dimension without metric ids, in which nothing is wrong, or one thing: a
 * receiver that has a shorter way for what is usual must judge them all the same.
 */
export function almostGoodPayload(now: number): Arbitrary<unknown> {
  return fc.oneof(almostGoodEvents(now), almostGoodSketches(now))
}

/** A field, or a whole entry, in place of the good one. */
const spoiling = (fields: string[]): Arbitrary<unknown> =>
  fc.oneof(fc.dictionary(fc.constantFrom(...fields), junk, { maxKeys: 1 }), junk)

function spoil(entries: object[], place: number, wrong: unknown): unknown[] {
  const fields = typeof wrong === 'object' && wrong !== null && !Array.isArray(wrong)
  return entries.map((entry, k) => (k !== place ? entry : fields ? { ...entry, ...wrong } : wrong))
}

function almostGoodSketches(now: number): Arbitrary<unknown> {
  const t = Math.floor(now / 60_000) * 60_000
  const good = { d: 0, t, n: 3, err: 1, z: 1, sum: 21, min: 0, max: 11, i: [116, 120], c: [1, 1] }
  return fc
    .record({
      id: fc.uuid(),
      length: fc.integer({ min: 1, max: 4 }),
      place: fc.nat(3),
      wrong: spoiling(Object.keys(good)),
    })
    .map(({ id, length, place, wrong }) => {
      const sketches = spoil(Array(length).fill(good), place, wrong)
      const dims = [{ kind: 'function', name: 'checkout' }]
      return JSON.parse(JSON.stringify({ v: 1, id, dims, sketches }))
    })
}

function almostGoodEvents(now: number): Arbitrary<unknown> {
  const good = fc.record(
    {
      d: fc.nat(1),
      t: fc.integer({ min: now - limits.lateMs + 600_000, max: now }),
      v: fc.oneof(fc.double({ min: 0, max: 1e5, noNaN: true }), fc.constantFrom(0, 1e9)),
      w: fc.constantFrom(null, 1, 20, limits.weight),
      e: fc.constantFrom(null, 0, 1),
      tr: fc.oneof(fc.constant(null), fc.stringMatching(/^[1-9a-f][0-9a-f]{31}$/)),
      a: fc.constantFrom(null, {}, { cold: true, plan: 'pro', ms: 0.5 }),
    },
    { requiredKeys: ['d', 't', 'v'] },
  )
  return fc
    .record({
      id: fc.uuid(),
      kind: fc.constantFrom('function', 'vital'),
      events: fc.array(good, { minLength: 1, maxLength: 8 }),
      place: fc.nat(7),
      wrong: spoiling(['d', 't', 'v', 'w', 'e', 'tr', 'a', 'id', 's', 'x']),
    })
    .map(({ id, kind, events, place, wrong }) => {
      const dims = ['LCP', 'CLS'].map((name) => ({ kind, name }))
      const spoilt = spoil(events, place, wrong)
      return JSON.parse(JSON.stringify({ v: 1, id, dims, events: spoilt }))
    })
}
