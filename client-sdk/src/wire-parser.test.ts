import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { oversized } from '../test/golden/wire/sizes.ts'
import { now } from '../test/golden/wire/vector.ts'
import { almostGoodPayload, hostilePayload } from '../test/hostile-payload.ts'
import { limits, reasons } from './wire.ts'
import { parseBatch } from './wire-parser.ts'

for (const vector of oversized(now)) {
  test(vector.name, () => {
    const { accepted, reasons } = parseBatch(vector.payload, now)
    assert.deepEqual({ accepted, reasons }, { accepted: vector.accepted, reasons: vector.reasons })
  })
}

test('whatever comes, every entry is taken or dropped for one known reason', () => {
  fc.assert(
    fc.property(fc.oneof(hostilePayload(now), almostGoodPayload(now)), (payload) => {
      const parsed = parseBatch(payload, now)
      const { batch, accepted, dropped, reasons: why } = parsed
      assert.ok(Object.keys(why).every((reason) => (reasons as readonly string[]).includes(reason)))
      assert.equal(
        dropped,
        Object.values(why).reduce((sum, times) => sum + times, 0),
      )
      if (batch === null) return assert.equal(accepted, 0)
      assert.equal(accepted, (batch.events?.length ?? 0) + (batch.sketches?.length ?? 0))
      assert.ok(batch.dims.length <= limits.dims)
      const again = parseBatch(JSON.parse(JSON.stringify(batch)), now)
      assert.deepEqual(again.batch, batch, 'what was taken is taken again, unchanged')
      assert.equal(again.dropped, 0)
    }),
    { numRuns: 3000 },
  )
})

test('what is passed on is the shortest way to say it', () => {
  const report = { d: 1, t: now, v: 1, id: 'm1' }
  const { batch } = parseBatch(
    {
      v: 1,
      id: '0F8B3C52-6D1E-4B7A-9C55-2F8F6F0A1D01',
      dims: [{ kind: 'no such' }, { kind: 'vital', name: 'LCP', method: 'GET', x: 1 }],
      events: [
        { d: 1, t: now + 0.75, v: 2, w: 1, e: 0, tr: null, a: {}, x: 1 },
        { ...report, v: 3 },
        { ...report, v: 4, s: 0 },
      ],
      dropped: 0,
      x: 1,
    },
    now,
  )
  assert.deepEqual(batch, {
    v: 1,
    id: '0f8b3c52-6d1e-4b7a-9c55-2f8f6f0a1d01',
    dims: [{ kind: 'vital', name: 'LCP' }],
    events: [
      { d: 0, t: now, v: 2 },
      { d: 0, t: now, v: 3, id: 'm1', s: 0 },
    ],
  })
})

test('the edges of time are taken, what lies beyond is not', () => {
  const at = (t: number): object =>
    parseBatch(
      {
        v: 1,
        id: '0f8b3c52-6d1e-4b7a-9c55-2f8f6f0a1d01',
        dims: [{ kind: 'span', name: 'x' }],
        events: [{ d: 0, t, v: 1 }],
      },
      now,
    ).reasons
  assert.deepEqual(at(now - limits.lateMs), {})
  assert.deepEqual(at(now - limits.lateMs - 1), { too_old: 1 })
  assert.deepEqual(at(now + limits.aheadMs), {})
  assert.deepEqual(at(now + limits.aheadMs + 1), { in_future: 1 })
})
