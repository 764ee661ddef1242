/** JSON that no JSON.stringify writes, and what only some parsers take. */
import { id, now, type WireVector } from './vector.ts'

const dims = '[{"kind":"function","name":"checkout"},{"kind":"span","name":"select"}]'

const batch = (events: string, rest = ''): string =>
  `{"v":1,"id":"${id}","dims":${dims},"events":[${events}]${rest}}`

const event = (d: string, t: string, v: string, rest = ''): string =>
  `{"d":${d},"t":${t},"v":${v}${rest}}`

const t = String(now)

const vector = (
  name: string,
  text: string,
  accepted: number,
  reasons: WireVector['reasons'] = {},
): WireVector => ({ name, text, accepted, reasons })

const refused = (vector: WireVector): WireVector => ({ ...vector, refusedByJsonb: true })

export const texts: WireVector[] = [
  vector('a number is what it is as a double', batch(event('0.0', t, '-0')), 1),
  vector('an exponent', batch(event('1e0', `${now / 10}e1`, '125e-1')), 1),
  vector('a value that rounds to zero', batch(event('0', t, '1e-400')), 1),
  vector('a thousand digits', batch(event('0', t, `1.${'3'.repeat(1000)}`)), 1),
  vector('infinite value', batch(event('0', t, '1e999')), 0, { bad_value: 1 }),
  vector('infinite value below', batch(event('0', t, '-1e999')), 0, { bad_value: 1 }),
  vector('infinite time', batch(event('0', '1e999', '1')), 0, { bad_time: 1 }),
  vector('infinite index', batch(event('1e999', t, '1')), 0, { bad_dim: 1 }),
  vector('infinite weight', batch(event('0', t, '1', ',"w":1e999')), 0, { bad_weight: 1 }),
  vector('infinite attribute', batch(event('0', t, '1', ',"a":{"k":-1e999}')), 0, {
    bad_attributes: 1,
  }),
  vector('infinite count of drops', batch(event('0', t, '1'), ',"dropped":1e999'), 1),
  vector('version as a fraction', batch(event('0', t, '1'), ',"v":1.0'), 1),
  vector('the last of equal keys counts', batch(event('0', t, '-1', ',"v":2')), 1),
  vector('the last version counts', batch(event('0', t, '1'), ',"v":2'), 0, { bad_version: 1 }),
  vector('a key that objects have', batch(event('0', t, '1', ',"a":{"__proto__":1}')), 1),
  vector(
    'a key that objects have, in a batch',
    batch(event('0', t, '1'), ',"__proto__":{"v":2}'),
    1,
  ),
  vector('deep', batch(event('0', t, '1'), `,"x":${'['.repeat(500)}${']'.repeat(500)}`), 1),
  vector('text that is SQL', batch(event('0', t, '1', `,"a":{"k":"'; drop table x; --"}`)), 1),
  refused(vector('NUL in a field that is ignored', batch(event('0', t, '1'), ',"x":"\\u0000"'), 1)),
  refused(
    vector('NUL in an attribute', batch(event('0', t, '1', ',"a":{"k":"\\u0000"}')), 0, {
      bad_attributes: 1,
    }),
  ),
  refused(
    vector('half a character', batch(event('0', t, '1', ',"a":{"k":"\\ud83e"}')), 0, {
      bad_attributes: 1,
    }),
  ),
  refused(
    vector('more digits than numeric has', batch(event('0', t, '1e200000')), 0, { bad_value: 1 }),
  ),
]
