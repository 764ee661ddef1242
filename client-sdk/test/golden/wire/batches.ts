/** Batches as wholes. */
import { bad, event, fn, good, id, lcp, sketch, type WireVector } from './vector.ts'

export const wholeBatches: WireVector[] = [
  good('empty', { v: 1, id, dims: [] }, 0),
  good('only what was dropped before', { v: 1, id, dims: [], dropped: 12 }, 0),
  good(
    'nulls are absent',
    { v: 1, id, dims: null, events: null, sketches: null, dropped: null },
    0,
  ),
  good('an id in capitals', { v: 1, id: id.toUpperCase(), dims: [fn], events: [event] }),
  good('unknown fields', { v: 1, id, dims: [fn], events: [event], meta: { deep: [[[]]] } }),
  good('a senseless count of drops', { v: 1, id, dims: [fn], events: [event], dropped: -1e99 }),
  good('an event and a sketch', { v: 1, id, dims: [fn], events: [event], sketches: [sketch] }, 2),
  ...[null, true, 1, 'text', [], [{ v: 1 }]].map((payload) =>
    bad(`not an object: ${JSON.stringify(payload)}`, 'bad_payload', payload),
  ),
  bad('no version', 'bad_version', {}),
  ...[0, 2, '1', 1.5, null, [1]].map((v) =>
    bad(
      `version ${JSON.stringify(v)}`,
      'bad_version',
      { v, id, dims: [fn], events: [event, event] },
      2,
    ),
  ),
  ...[null, 7, '', 'not a uuid', id.replaceAll('-', ''), `{${id}}`, `${id} `, [id]].map((other) =>
    bad(`id ${JSON.stringify(other)}`, 'bad_batch_id', {
      v: 1,
      id: other,
      dims: [fn],
      events: [event],
    }),
  ),
  bad('events that are no list', 'bad_event', { v: 1, id, dims: [fn], events: { 0: event } }),
  bad('sketches that are no list', 'bad_sketch', { v: 1, id, dims: [fn], sketches: 'many' }),
  bad('dims that are no list', 'bad_dim', { v: 1, id, dims: { 0: fn }, events: [event] }),
  bad(
    'entries that are no objects',
    'bad_event',
    { v: 1, id, dims: [fn], events: [1, null, []] },
    3,
  ),
  {
    name: 'good beside bad',
    payload: {
      v: 1,
      id,
      dims: [{ kind: 'what' }, lcp, fn],
      events: [{ ...event, d: 1 }, event, { ...event, d: 2, v: -1 }, { ...event, d: 2 }],
      sketches: [sketch, { ...sketch, d: 2 }],
    },
    accepted: 3,
    reasons: { bad_dim: 2, bad_value: 1 },
  },
]
