/** Fields of events. */
import { limits } from '../../../src/wire.ts'
import { bad, each, event, fn, good, id, long, now, one, type WireVector } from './vector.ts'

/** Far enough from a limit for a test whose clock moves. */
const wide = 600_000

export const events: WireVector[] = [
  good('the latest that is taken', one({ t: now + limits.aheadMs - wide })),
  good('the oldest that is taken', one({ t: now - limits.lateMs + wide })),
  good('a fraction of a millisecond', one({ t: now - 0.25 })),
  good(
    'values at the limits',
    {
      v: 1,
      id,
      dims: [fn],
      events: [0, 5e-324, 1e-3, limits.value].map((v) => ({ ...event, v })),
    },
    4,
  ),
  good(
    'everything at once',
    one({ w: 20, e: 1, tr: '4bf92f3577b34da6a3ce929d0e0e4736', a: { cold: true } }),
  ),
  good('null is absent', one({ w: null, e: null, tr: null, a: null, id: null, s: null })),
  good('no attributes', one({ a: {} })),
  good(
    'the most attributes',
    one({
      a: Object.fromEntries(
        Array.from({ length: limits.attributes }, (_, k) => [
          `${k}`.padEnd(limits.attributeKey, 'x'),
          '',
        ]),
      ),
    }),
  ),
  good(
    'all sorts of attributes',
    one({ a: { a: long(limits.attributeText), b: 0, c: -1.5e300, d: false } }),
  ),
  good('sequence without an id', one({ s: 'ignored' })),
  ...each('bad_time', one, 't', [null, '2026-11-15', [], {}, true]),
  ...each('too_old', one, 't', [now - limits.lateMs - wide, 0, -1, -1e300]),
  ...each('in_future', one, 't', [now + limits.aheadMs + wide, 8.64e15, 1e300]),
  ...each('bad_value', one, 'v', [null, '12', [], {}, true, -1e-9, -5, 1e9 + 1, 1e300]),
  ...each('bad_weight', one, 'w', [0, -1, 1.5, '2', true, [], {}, limits.weight + 1, 1e300]),
  ...each('bad_error_flag', one, 'e', [2, -1, 0.5, true, '1', [], {}]),
  ...each('bad_trace', one, 'tr', [
    '',
    7,
    '4bf92f3577b34da6a3ce929d0e0e473',
    '4BF92F3577B34DA6A3CE929D0E0E4736',
    '0'.repeat(32),
    'g'.repeat(32),
    `${'a'.repeat(32)}\n`,
    {},
  ]),
  ...each('bad_attributes', one, 'a', [
    [],
    7,
    'text',
    { a: null },
    { a: {} },
    { a: [1] },
    { '': 1 },
    { 'a\n': 1 },
    { a: 'b\u0001' },
    { [long(limits.attributeKey + 1)]: 1 },
    { a: long(limits.attributeText + 1) },
    Object.fromEntries(Array.from({ length: limits.attributes + 1 }, (_, k) => [`k${k}`, k])),
  ]),
  bad('what is wrong first is told', 'bad_time', one({ t: 'x', v: 'x', w: 0 })),
]
