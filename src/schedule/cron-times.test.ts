import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { createTask } from 'node-cron'
import { cronTimes, type Due } from './cron-times.ts'

const at = (text: string): Date => new Date(text)

function due(cron: string, timezone: string, after: string, until: string): Due | null {
  return cronTimes(cron, timezone).due(at(after), at(until))
}

/** The times of all firings, found one by one: the newest before the end, then before that, … */
function all(cron: string, timezone: string, after: string, until: string): string[] {
  const times = cronTimes(cron, timezone)
  const found: string[] = []
  for (let end = at(until); ; ) {
    const { newest } = times.due(at(after), end) ?? {}
    if (newest === undefined) return found.toReversed()
    found.push(newest.toISOString().slice(0, 19))
    end = new Date(newest.getTime() - 1)
  }
}

describe('what is due', () => {
  it('is nothing before the next time, and everything up to now after it', () => {
    const hour = '2026-11-01T12'
    assert.equal(due('*/5 * * * *', 'UTC', `${hour}:00:00Z`, `${hour}:04:59Z`), null)
    assert.deepEqual(due('*/5 * * * *', 'UTC', `${hour}:00:00Z`, `${hour}:05:00Z`), {
      newest: at(`${hour}:05:00Z`),
      before: null,
      oldest: at(`${hour}:05:00Z`),
      count: 1,
    })
    assert.deepEqual(due('*/5 * * * *', 'UTC', `${hour}:00:00Z`, `${hour}:20:30Z`), {
      newest: at(`${hour}:20:00Z`),
      before: at(`${hour}:15:00Z`),
      oldest: at(`${hour}:05:00Z`),
      count: 4,
    })
  })

  it('knows seconds, weekdays, and the time zone of the job', () => {
    assert.equal(
      due('*/20 * * * * *', 'UTC', '2026-11-01T12:00:00Z', '2026-11-01T12:01:00Z')?.count,
      3,
    )
    // A Monday morning in Tokyo is a Sunday evening in UTC.
    assert.deepEqual(
      all('0 8 * * 1', 'Asia/Tokyo', '2026-11-01T00:00:00Z', '2026-11-15T00:00:00Z'),
      ['2026-11-01T23:00:00', '2026-11-08T23:00:00'],
    )
  })

  it('looks back 31 days at most', () => {
    const found = due('0 0 * * *', 'UTC', '2020-01-01T00:00:00Z', '2026-11-01T12:00:00Z')
    assert.equal(found?.count, 31)
    assert.deepEqual(found?.newest, at('2026-11-01T00:00:00Z'))
  })

  it('fires once at a fixed hour that comes twice, and each minute of it for every minute', () => {
    // Berlin sets its clocks back from 03:00 to 02:00 at 01:00 UTC.
    const [from, to] = ['2026-10-24T12:00:00Z', '2026-10-25T12:00:00Z']
    assert.deepEqual(all('30 2 * * *', 'Europe/Berlin', from, to), ['2026-10-25T00:30:00'])
    assert.equal(
      due('* * * * *', 'Europe/Berlin', '2026-10-25T00:00:00Z', '2026-10-25T02:00:00Z')?.count,
      120,
    )
  })

  it('does not fire at a time that is left out', () => {
    // From 02:00 to 03:00, at 01:00 UTC.
    const [from, to] = ['2026-03-28T12:00:00Z', '2026-03-29T12:00:00Z']
    assert.deepEqual(all('30 2 * * *', 'Europe/Berlin', from, to), [])
    assert.deepEqual(all('30 3 * * *', 'Europe/Berlin', from, to), ['2026-03-29T01:30:00'])
  })

  const field = (max: number): fc.Arbitrary<string> =>
    fc.oneof(
      fc.constant('*'),
      fc.nat({ max }).map(String),
      fc.integer({ min: 1, max: Math.max(2, max >> 1) }).map((step) => `*/${step}`),
      fc
        .uniqueArray(fc.nat({ max }), { minLength: 1, maxLength: 4 })
        .map((values) => values.sort((a, b) => a - b).join(',')),
    )
  const expression = fc
    .tuple(fc.option(field(59)), field(59), field(23), fc.constant('*'), fc.constant('*'), field(6))
    .map(([second, ...rest]) => [...(second === null ? [] : [second]), ...rest].join(' '))

  it('is what a look at each second finds', () => {
    fc.assert(
      fc.property(
        expression,
        // No change of clocks in these days, so that the library's answer alone counts.
        fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kolkata', 'America/St_Johns'),
        fc.integer({ min: 0, max: 5 * 86_400 }),
        fc.integer({ min: 0, max: 3_000 }),
        (cron, timezone, begin, length) => {
          const after = at('2026-11-10T00:00:00Z').getTime() + begin * 1000
          const task = createTask(cron, () => undefined, { timezone })
          void task.destroy()
          const wanted: number[] = []
          for (let time = after + 1000; time <= after + length * 1000; time += 1000) {
            if (task.match(new Date(time))) wanted.push(time)
          }
          const found = cronTimes(cron, timezone).due(
            new Date(after),
            new Date(after + length * 1000),
          )
          assert.equal(found?.count ?? 0, wanted.length)
          assert.equal(found?.newest.getTime(), wanted.at(-1))
          assert.equal(found?.before?.getTime(), wanted.at(-2))
          assert.equal(found?.oldest.getTime(), wanted[0])
        },
      ),
      { numRuns: 40 },
    )
  })

  it('is the same whether asked in one go or in two', () => {
    fc.assert(
      fc.property(
        expression,
        fc.constantFrom('UTC', 'Europe/Berlin', 'Australia/Lord_Howe'),
        fc.date({ min: at('2026-01-01'), max: at('2026-12-01'), noInvalidDate: true }),
        fc.integer({ min: 0, max: 90 * 60_000 }),
        fc.integer({ min: 0, max: 90 * 60_000 }),
        (cron, timezone, from, first, second) => {
          const times = cronTimes(cron, timezone)
          const middle = new Date(from.getTime() + first)
          const end = new Date(middle.getTime() + second)
          const whole = times.due(from, end)?.count ?? 0
          const parts = (times.due(from, middle)?.count ?? 0) + (times.due(middle, end)?.count ?? 0)
          assert.equal(parts, whole)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('is the same however often it was asked before', () => {
    fc.assert(
      fc.property(
        expression,
        fc.array(fc.integer({ min: 0, max: 2 * 3_600_000 }), { minLength: 1, maxLength: 8 }),
        (cron, waits) => {
          const asked = cronTimes(cron, 'Europe/Berlin')
          const after = at('2026-11-10T00:00:30Z')
          let until = after
          for (const wait of waits) {
            until = new Date(until.getTime() + wait)
            const fresh = cronTimes(cron, 'Europe/Berlin').due(after, until)
            assert.deepEqual(asked.due(after, until), fresh)
          }
        },
      ),
      { numRuns: 40 },
    )
  })
})

describe('what is no schedule', () => {
  it('is refused by name', () => {
    for (const cron of ['', '* * * *', '61 * * * *', 'every minute', '0 0 31 2 *']) {
      assert.throws(() => cronTimes(cron, 'UTC'), {
        code: 'SCOPE_CONFIG',
        message: /cron expression/,
      })
    }
    assert.throws(() => cronTimes('* * * * *', 'Mars/Olympus'), {
      code: 'SCOPE_CONFIG',
      message: /time zone Mars/,
    })
  })
})
