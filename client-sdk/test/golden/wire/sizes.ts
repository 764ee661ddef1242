/** Batches beyond the limits: too large to be committed, and so made when they are needed. */
import { limits } from '../../../src/wire.ts'
import { event, fn, id, sketch, type WireVector } from './vector.ts'

/** @param now epoch milliseconds of the entries */
export function oversized(now: number): WireVector[] {
  const minute = Math.floor(now / 60_000) * 60_000
  const dims = Array.from({ length: limits.dims + 1 }, (_, k) => ({ ...fn, route: `/${k}` }))
  const times = (entry: object, count: number): object[] =>
    Array.from({ length: count }, (_, k) => ({ ...entry, d: k % 7 }))
  return [
    {
      name: 'more events than a batch may have',
      payload: {
        v: 1,
        id: id.replace(/...$/, 'a01'),
        dims: dims.slice(0, 7),
        events: times({ ...event, t: now }, limits.events + 3),
      },
      accepted: limits.events,
      reasons: { too_many: 3 },
    },
    {
      name: 'more sketches than a batch may have',
      payload: {
        v: 1,
        id: id.replace(/...$/, 'a02'),
        dims: dims.slice(0, 7),
        sketches: times({ ...sketch, t: minute }, limits.sketches + 2),
      },
      accepted: limits.sketches,
      reasons: { too_many: 2 },
    },
    {
      name: 'more dimensions than a batch may have',
      payload: {
        v: 1,
        id: id.replace(/...$/, 'a03'),
        dims,
        events: [
          { ...event, t: now, d: limits.dims - 1 },
          { ...event, t: now, d: limits.dims },
        ],
      },
      accepted: 1,
      reasons: { bad_dim: 1 },
    },
  ]
}
