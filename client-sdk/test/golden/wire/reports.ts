/** Metrics that are reported more than once. */
import { limits } from '../../../src/wire.ts'
import { bad, each, event, good, id, lcp, long, one, type WireVector } from './vector.ts'

export const reports: WireVector[] = [
  ...each('bad_metric_id', one, 'id', ['', ' ', 'a b', 7, 'ü', long(65), [], {}]),
  ...['x', -1, 0.5, limits.sequence + 1, [], true].map((s) =>
    bad(`sequence ${JSON.stringify(s)}`, 'bad_metric_id', one({ id: 'v5-1', s })),
  ),
  good('a vital with its id', one({ id: 'v5-1794744029000-1', s: 3 }, lcp)),
  {
    name: 'the last report of a metric counts',
    payload: {
      v: 1,
      id,
      dims: [lcp],
      events: [
        { ...event, id: 'm1', s: 1, v: 10 },
        { ...event, id: 'm1', s: 3, v: 30 },
        { ...event, id: 'm1', s: 2, v: 20 },
        { ...event, id: 'm2' },
      ],
    },
    accepted: 2,
    reasons: { superseded: 2 },
  },
  {
    name: 'of equal reports the first counts',
    payload: {
      v: 1,
      id,
      dims: [lcp],
      events: [
        { ...event, id: 'm3', v: 10 },
        { ...event, id: 'm3', s: 0, v: 20 },
      ],
    },
    accepted: 1,
    reasons: { superseded: 1 },
  },
  {
    name: 'a report that is bad supersedes nothing',
    payload: {
      v: 1,
      id,
      dims: [lcp],
      events: [
        { ...event, id: 'm4', s: 1 },
        { ...event, id: 'm4', s: 2, v: -1 },
      ],
    },
    accepted: 1,
    reasons: { bad_value: 1 },
  },
]
