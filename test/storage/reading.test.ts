/** What the reading functions answer is what the sketch in TypeScript answers for the same events. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import type pg from 'pg'
import { add, createSketch, quantile, type Sketch } from '../../client-sdk/src/sketch.ts'
import { type Dimension, sketchScale, type WireEvent } from '../../client-sdk/src/wire.ts'
import {
  compareWindows,
  type Distribution,
  exportEvents,
  findDimensions,
  readDistribution,
  readJobs,
  readLatencyByRoute,
  readSeriesDistributions,
  readSlowestRoutes,
  readTimeSeries,
  readTopSeries,
  readTopStatements,
  readVitalsByRoute,
  readVitalsTrend,
  runJob,
} from '../../src/collect/events/index.ts'
import { connect, readOnly, readWrite, type Trx } from '../../src/db/index.ts'
import { versions } from '../catalog/golden.ts'
import { testDatabase } from '../database.ts'
import { connectAs, ingest, rollUpAll } from './ingest.ts'

const hour = 3_600_000
const thisHour = Math.floor(Date.now() / hour) * hour
const probabilities = [0.5, 0.75, 0.95, 0.99]

const dims: Dimension[] = [
  { kind: 'function', name: 'checkout', route: '/checkout', method: 'POST', status: '2xx' },
  { kind: 'function', name: 'checkout', route: '/checkout', method: 'POST', status: '5xx' },
  { kind: 'api', name: '/rest/v1/todos', method: 'GET' },
  { kind: 'vital', name: 'CLS', route: '/todos/:id', device: 'phone' },
  { kind: 'vital', name: 'LCP', route: '/todos/:id', device: 'phone' },
]

/** Events of three whole hours that are over. */
const events: WireEvent[] = Array.from({ length: 1200 }, (_, k) => {
  const d = k % dims.length
  const spread = 1 + ((k * 7919) % 997) / 50
  return {
    d,
    t: thisHour - 3 * hour + k * 9000,
    v: d === 3 ? spread / 100 : spread * spread * (d + 1),
    w: 1 + (k % 3),
    e: k % 11 === 0 ? 1 : 0,
  }
})
const window = { from: new Date(thisHour - 3 * hour), to: new Date(thisHour) }
const hours = [3, 2, 1].map((ago) => thisHour - ago * hour)

/** The same events counted in TypeScript; raw values are stored with single precision. */
function sketchOf(wanted: (event: WireEvent) => boolean): Sketch {
  const sketch = createSketch()
  for (const event of events.filter(wanted)) {
    const scale = sketchScale(dims[event.d] as Dimension)
    add(sketch, Math.fround(event.v) * scale, event.w, event.e === 1)
  }
  return sketch
}

function assertSame(actual: Distribution | null | undefined, sketch: Sketch, scale = 1): void {
  assert.ok(actual)
  const { events, failed, mean, min, max, quantiles } = actual
  assert.deepEqual(
    { events, failed, min, max, quantiles },
    {
      events: sketch.n,
      failed: sketch.err,
      min: sketch.min / scale,
      max: sketch.max / scale,
      quantiles: probabilities.map((q) => (quantile(sketch, q) ?? 0) / scale),
    },
  )
  const expected = sketch.sum / sketch.n / scale
  assert.ok(Math.abs(mean - expected) <= 1e-9 * expected, `${mean} for ${expected}`)
}

for (const version of versions) {
  describe(`reading on ${version}`, () => {
    let connection: Awaited<ReturnType<typeof connect>>
    let sender: pg.Client
    const read = <T>(work: (trx: Trx) => Promise<T>): Promise<T> => readOnly(connection.db, work)
    const run = (job: Parameters<typeof runJob>[1], runner = 'manual') =>
      readWrite(connection.db, (trx) => runJob(trx, job, runner))

    before(async () => {
      const { url } = await testDatabase({ version, migrated: true })
      connection = await connect({ url })
      sender = await connectAs(url)
      const batch = { v: 1, id: randomUUID(), dims, events }
      const answer = await ingest(sender, JSON.stringify(batch))
      assert.equal(answer.accepted, events.length)
    })
    after(() => Promise.all([connection.close(), sender.end()]))

    test('nothing is there before the roll-up', async () => {
      const functions = await read((trx) => findDimensions(trx, { kind: 'function' }))
      assert.equal(functions.length, 3, 'two, and one for what is beyond the cap')
      assert.equal(await read((trx) => readDistribution(trx, functions, window)), null)
      assert.deepEqual(await read((trx) => findDimensions(trx, { name: 'no such' })), [])
      assert.equal(await read((trx) => readDistribution(trx, [], window)), null)
    })

    for (const state of ['rolled up', 'compacted'] as const) {
      describe(state, () => {
        before(() => rollUpAll(sender, state === 'compacted' ? 'minutes' : 'events'))

        test('the distribution of a window', async () => {
          const checkout = await read((trx) => findDimensions(trx, { name: 'checkout' }))
          const found = await read((trx) => readDistribution(trx, checkout, window))
          assertSame(
            found,
            sketchOf(({ d }) => d < 2),
          )
          const { grain, from, to, errorBound } = found ?? {}
          assert.deepEqual(
            { grain, from, to, errorBound },
            { grain: 'hour', ...window, errorBound: 0.01 },
          )
        })

        test('CLS comes back without a unit', async () => {
          const cls = await read((trx) => findDimensions(trx, { name: 'CLS' }))
          const found = await read((trx) => readDistribution(trx, cls, window))
          assertSame(
            found,
            sketchOf(({ d }) => d === 3),
            1000,
          )
        })

        test('CLS and durations together are refused with a reason', async () => {
          const vitals = await read((trx) => findDimensions(trx, { kind: 'vital' }))
          await assert.rejects(
            read((trx) => readDistribution(trx, vitals, window)),
            /CLS and durations have no common quantile/,
          )
        })

        test('the distribution of each dimension', async () => {
          const all = await read((trx) => findDimensions(trx))
          const found = await read((trx) => readSeriesDistributions(trx, all, window))
          assert.equal(found.length, dims.length)
          const byEvents = found.toSorted((a, b) => b.mean - a.mean)
          const lcp = byEvents[0]
          assertSame(
            lcp,
            sketchOf(({ d }) => d === 4),
          )
        })

        test('a time series by hours', async () => {
          const lcp = await read((trx) => findDimensions(trx, { name: 'LCP' }))
          const steps = await read((trx) => readTimeSeries(trx, lcp, window, 3600))
          assert.deepEqual(
            steps.map(({ at }) => at.getTime()),
            hours,
          )
          for (const [place, start] of hours.entries()) {
            const inside = ({ d, t }: WireEvent): boolean =>
              d === 4 && t >= start && t < start + hour
            assertSame(steps[place], sketchOf(inside))
          }
        })

        test('the series that stand out', async () => {
          const top = await read((trx) => readTopSeries(trx, { kind: 'function' }, window))
          const value = (d: number): number =>
            quantile(
              sketchOf((event) => event.d === d),
              0.95,
            ) ?? 0
          assert.deepEqual(
            top.map(({ name, status, p95 }) => ({ name, status, p95 })),
            [
              { name: 'checkout', status: '5xx', p95: value(1) },
              { name: 'checkout', status: '2xx', p95: value(0) },
            ],
          )
          const one = await read((trx) =>
            readTopSeries(trx, {}, window, { orderBy: 'events', most: 1 }),
          )
          assert.equal(one.length, 1)
        })

        test('two windows compared', async () => {
          const [first = 0, second = 0] = hours
          const span = (from: number): { from: Date; to: Date } => ({
            from: new Date(from),
            to: new Date(from + hour),
          })
          const [row, ...more] = await read((trx) =>
            compareWindows(trx, { kind: 'api' }, span(first), span(second), 0.75),
          )
          assert.deepEqual(more, [])
          const at = (start: number): Sketch =>
            sketchOf(({ d, t }) => d === 2 && t >= start && t < start + hour)
          const [before, after] = [at(first), at(second)]
          const [was, is] = [quantile(before, 0.75) ?? 0, quantile(after, 0.75) ?? 0]
          assert.deepEqual(row, {
            id: row?.id,
            before: { events: before.n, failed: before.err, value: was },
            after: { events: after.n, failed: after.err, value: is },
            ratio: is / was,
            distinguishable: Math.abs(is - was) > 0.01 * (is + was),
          })
        })
      })
    }

    test('the views answer after a refresh', async () => {
      assert.deepEqual(await read((trx) => readLatencyByRoute(trx)), [])
      await run('refresh')
      const [latency, slowest, byRoute, trend] = await read((trx) =>
        Promise.all([
          readLatencyByRoute(trx),
          readSlowestRoutes(trx),
          readVitalsByRoute(trx),
          readVitalsTrend(trx),
        ]),
      )
      const checkout = sketchOf(({ d }) => d < 2)
      const row = latency.find(({ name }) => name === 'checkout')
      assert.equal(row?.events, checkout.n)
      assert.equal(row?.failedShare, checkout.err / checkout.n)
      assert.equal(row?.p95Ms, quantile(checkout, 0.95))
      assert.ok(row && Date.now() - row.refreshedAt.getTime() < hour)
      assert.deepEqual(
        slowest.map(({ place }) => place),
        [1, 2],
      )
      const cls = byRoute.find(({ vital }) => vital === 'CLS')
      assert.equal(
        cls?.p75,
        (quantile(
          sketchOf(({ d }) => d === 3),
          0.75,
        ) ?? 0) / 1000,
      )
      assert.equal(cls?.rating, 'needs improvement')
      assert.equal(
        trend.reduce((sum, { events }) => sum + events, 0),
        sketchOf(({ d }) => d > 2).n,
      )
      assert.match(trend[0]?.day ?? '', /^\d{4}-\d\d-\d\d$/)
    })

    test('the statements of a day without snapshots are none', async () => {
      assert.deepEqual(await read((trx) => readTopStatements(trx, '2026-11-15')), [])
    })

    test('the exporter gets every raw event once', async () => {
      let total = 0
      for (const source of ['performance_logs', 'web_vitals'] as const) {
        let page = await read((trx) => exportEvents(trx, source, '0'))
        total += page.rows.length
        page = await read((trx) => exportEvents(trx, source, page.next))
        assert.deepEqual(page.rows, [])
      }
      assert.equal(total, events.length)
    })

    test('jobs tell of their last runs, and one that belongs to another is skipped', async () => {
      assert.ok(!('error' in (await run('rollup'))))
      assert.deepEqual(await run('rollup', 'here'), { skipped: 'not due' })
      assert.deepEqual(await run('rollup', 'there'), { skipped: 'another runner has the lease' })
      const jobs = await read(readJobs)
      assert.deepEqual(
        jobs.map(({ name }) => name),
        ['rollup', 'compact', 'refresh', 'retention', 'partitions'],
      )
      const [rollup] = jobs
      assert.equal(rollup?.everySeconds, 60)
      assert.equal(rollup?.runner, 'manual')
      assert.equal(rollup?.ok, true)
      assert.equal(rollup?.lagSeconds, 0)
      assert.ok(rollup.secondsAgo !== null && rollup.secondsAgo < 60 && rollup.tookMs !== null)
      assert.equal(jobs.find(({ name }) => name === 'retention')?.overdue, true)
    })
  })
}
