import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { sql } from 'kysely'
import { type TestDatabase, testDatabase } from '../../test/database.ts'
import { type Connection, connect, readOnly, readWrite, type Trx } from '../db/index.ts'
import {
  type Claim,
  type ClaimAnswer,
  type ClaimRequest,
  claimFiring,
  endRun,
  forgetRuns,
  giveBack,
  readStates,
  recordEnding,
  recordFailedAttempt,
  registerJobs,
  renewClaim,
} from './claims.sql.ts'
import type { Due } from './cron-times.ts'
import { readLastRuns } from './last-runs.sql.ts'

const minuteMs = 60_000
const cost = { statements: 3, ms: 1.5, rowsRead: 2, rowsWritten: 1 }
const done = { outcome: 'done' as const, tookMs: 5, cost, reason: null, error: null }

for (const version of [15, 17, 18] as const) {
  describe(`claims on ${version}`, () => {
    let database: TestDatabase
    let connection: Connection
    const begun = Math.floor(Date.now() / minuteMs)
    /** The begin of the minute in which the tests began, and of those before. */
    const minute = (ago: number): Date => new Date((begun - ago) * minuteMs)
    let jobs = 0

    before(async () => {
      database = await testDatabase({ version, migrated: true })
      connection = await connect({ url: database.url, maxConnections: 12 })
    })
    after(() => connection.close())

    /** A job of its own, accounted for up to ten minutes ago. */
    async function newJob(): Promise<string> {
      const name = `job_${++jobs}`
      const scheduled = { name, cron: '* * * * *', timezone: 'UTC' }
      await registerJobs(connection.db, [scheduled], [], minute(10))
      return name
    }

    /** So many firings, one a minute. */
    function due(count: number, newest = 0): Due {
      return {
        newest: minute(newest),
        before: count > 1 ? minute(newest + 1) : null,
        oldest: minute(newest + count - 1),
        count,
      }
    }

    function ask(job: string, request: Partial<ClaimRequest> = {}): Promise<ClaimAnswer> {
      return claimFiring(connection.db, {
        job,
        runner: 'here',
        settledAt: minute(10),
        due: due(10),
        onTime: true,
        catchUp: true,
        leaseMs: minuteMs,
        mostAttempts: 3,
        settles: true,
        ...request,
      })
    }

    async function claimed(job: string, request: Partial<ClaimRequest> = {}): Promise<Claim> {
      const { claim } = await ask(job, request)
      assert.ok(claim)
      return claim
    }

    async function rows(job: string): Promise<unknown[]> {
      return readOnly(connection.db, async (trx) => {
        const found = await sql<{ ago: number; firings: number; outcome: string | null }>`
          select firings, outcome,
            (extract(epoch from ${minute(0)}::timestamptz - fire_at) / 60)::integer as ago
          from supascope.job_runs where job = ${job} order by fire_at`.execute(trx)
        return found.rows.map(({ ago, firings, outcome }) => [ago, firings, outcome])
      })
    }

    /** As if the process of the claim had said nothing for longer than its lease. */
    async function expire(job: string): Promise<void> {
      await readWrite(connection.db, (trx) =>
        sql`update supascope.job_runs set lease_until = now() - interval '1 second'
          where job = ${job} and outcome is null`.execute(trx),
      )
    }

    /** Until so many others wait for this transaction, as they must. */
    async function waiting(trx: Trx, count: number): Promise<void> {
      for (;;) {
        const { rows: found } = await sql`select from pg_stat_activity
          where wait_event_type = 'Lock' and datname = current_database()`.execute(trx)
        if (found.length >= count) return
        await sql`select pg_sleep(0.005), pg_stat_clear_snapshot()`.execute(trx)
      }
    }

    it('twenty at once: one gets the firing, the others what is accounted for', async () => {
      const job = await newJob()
      const asked: Promise<ClaimAnswer>[] = []
      // So that nobody waits for a connection while others wait for the lock.
      await Promise.all(Array.from({ length: 12 }, () => readStates(connection.db, [job])))
      await readWrite(connection.db, async (trx) => {
        await sql`select from supascope.schedules where job = ${job} for update`.execute(trx)
        for (let i = 0; i < 20; i++) asked.push(ask(job, { runner: `process ${i}` }))
        await waiting(trx, 6)
      })
      const answers = await Promise.all(asked)
      assert.equal(answers.filter(({ claim }) => claim !== null).length, 1)
      for (const { settledAt } of answers) assert.deepEqual(settledAt, minute(0))
      assert.deepEqual(await rows(job), [
        [1, 9, 'missed'],
        [0, 1, null],
      ])
    })

    it('runs the newest of those that are due, late or not, to catch up', async () => {
      const job = await newJob()
      const { fireAt } = await claimed(job, { onTime: false })
      assert.deepEqual(fireAt, minute(0))
      assert.deepEqual(await rows(job), [
        [1, 9, 'missed'],
        [0, 1, null],
      ])
    })

    it('runs none of those that are late, to skip', async () => {
      const job = await newJob()
      assert.equal((await ask(job, { onTime: false, catchUp: false })).claim, null)
      assert.deepEqual(await rows(job), [[0, 10, 'missed']])
    })

    it('does not run what is due while the run before it goes on', async () => {
      const job = await newJob()
      const first = await claimed(job, {
        due: due(1, 5),
      })
      const later = { settledAt: minute(5), due: due(5), runner: 'there' }
      assert.equal((await ask(job, later)).claim, null)
      assert.deepEqual(await rows(job), [
        [5, 1, null],
        [0, 5, 'skipped'],
      ])
      assert.ok(await recordEnding(connection.db, first, done))
    })

    it('lets another process take over what one has left, and the late one lose', async () => {
      const job = await newJob()
      const late = await claimed(job)
      const settled = { settledAt: minute(0), due: null }
      assert.equal((await ask(job, settled)).claim, null, 'as long as the lease holds')
      await expire(job)
      assert.deepEqual(await readStates(connection.db, [job]), [
        { job, settledAt: minute(0), abandoned: true },
      ])
      const taken = await claimed(job, { ...settled, runner: 'there' })
      assert.deepEqual([taken.fireAt, taken.attempt], [late.fireAt, 2])
      assert.equal(await renewClaim(connection.db, late, minuteMs), false)
      const failure = { error: 'x', leaseMs: minuteMs }
      assert.equal(await recordFailedAttempt(connection.db, late, failure), false)
      assert.equal(await recordEnding(connection.db, late, done), false)
      assert.ok(await renewClaim(connection.db, taken, minuteMs))
      assert.ok(await recordEnding(connection.db, taken, done))
      assert.equal(await recordEnding(connection.db, taken, done), false, 'once')
    })

    it('reports as missed what nobody may take over', async () => {
      const job = await newJob()
      await claimed(job)
      await expire(job)
      const request = { settledAt: minute(0), due: null, catchUp: false }
      assert.equal((await ask(job, request)).claim, null)
      assert.deepEqual((await rows(job)).at(-1), [0, 1, 'missed'])
    })

    it('gives up what ends every process that runs it', async () => {
      const job = await newJob()
      await claimed(job)
      for (const attempt of [2, 3]) {
        await expire(job)
        assert.equal((await claimed(job, { settledAt: minute(0), due: null })).attempt, attempt)
      }
      await expire(job)
      assert.equal((await ask(job, { settledAt: minute(0), due: null })).claim, null)
      assert.deepEqual((await rows(job)).at(-1), [0, 1, 'missed'])
    })

    it('waits for a run that is about to be settled, and does not take it over', async () => {
      const job = await newJob()
      const claim = await claimed(job)
      await expire(job)
      let other: Promise<ClaimAnswer> | undefined
      await readWrite(connection.db, async (trx) => {
        assert.ok(await endRun(trx, claim, done))
        other = ask(job, { settledAt: minute(0), due: null, runner: 'there' })
        await waiting(trx, 1)
      })
      assert.equal((await other)?.claim, null)
      assert.deepEqual((await rows(job)).at(-1), [0, 1, 'done'])
    })

    it('hands back what a process holds when it stops', async () => {
      const job = await newJob()
      await claimed(job, { runner: 'stops' })
      await giveBack(connection.db, 'stops')
      const next = await claimed(job, { settledAt: minute(0), due: null })
      assert.equal(next.attempt, 1, 'a stop is no attempt')
    })

    it('runs beside the schedule without touching what is due, and never twice', async () => {
      const job = await newJob()
      const now = new Date()
      const single = {
        settles: false,
        due: { newest: now, before: null, oldest: now, count: 1 },
        settledAt: now,
      }
      const claim = await claimed(job, single)
      assert.equal((await ask(job, single)).claim, null)
      await recordEnding(connection.db, claim, done)
      assert.deepEqual((await claimed(job)).fireAt, minute(0), 'the schedule goes on')
    })

    it('refuses a clock that is ahead, which would settle what is yet to come', async () => {
      const job = await newJob()
      const newest = new Date(Date.now() + 10 * minuteMs)
      await assert.rejects(ask(job, { due: { newest, before: null, oldest: newest, count: 1 } }), {
        message: /the clock of here is ahead/,
      })
      assert.deepEqual(await rows(job), [])
    })

    it('accounts for a changed schedule from now on, and forgets what is disabled', async () => {
      const name = await newJob()
      const now = minute(2)
      const same = { name, cron: '* * * * *', timezone: 'UTC' }
      const register = async (cron: string): Promise<Date | undefined> =>
        (await registerJobs(connection.db, [{ ...same, cron }], [], now)).get(name)
      assert.deepEqual(await register('* * * * *'), minute(10))
      assert.deepEqual(await register('*/2 * * * *'), now)
      await registerJobs(connection.db, [], [name], now)
      assert.deepEqual(await readStates(connection.db, [name]), [])
    })

    it('tells of each job the last run, what it cost, and what went wrong since', async () => {
      const job = await newJob()
      const first = await claimed(job, {
        due: due(1, 6),
      })
      await recordEnding(connection.db, first, done)
      const second = await claimed(job, { settledAt: minute(6), due: due(4) })
      await recordEnding(connection.db, second, {
        ...done,
        outcome: 'failed',
        error: 'out of luck',
      })
      const all = await readOnly(connection.db, readLastRuns)
      const last = all.find((one) => one.job === job)
      assert.ok(last)
      assert.deepEqual(
        [last.outcome, last.error, last.failing, last.failingSince, last.lastDoneAt],
        ['failed', 'out of luck', 1, minute(0), minute(6)],
      )
      assert.deepEqual([last.missed, last.missedSince, last.missedUntil], [3, minute(3), minute(1)])
      assert.deepEqual(
        [last.tookMs, last.dbMs, last.dbStatements, last.runner],
        [5, 1.5, 3, 'here'],
      )
    })

    it('keeps a week, of what went wrong a month, what is not over, and the last good run', async () => {
      const job = await newJob()
      await readWrite(connection.db, (trx) =>
        sql`insert into supascope.job_runs (job, fire_at, outcome)
          select ${job}, now() - interval '1 day' * days, outcome
          from (values (8, 'done'), (9, 'done'), (9.5, 'skipped'), (10, 'failed'), (11, 'missed'),
            (31, 'failed'), (40, null)) as old (days, outcome)`.execute(trx),
      )
      assert.equal(await forgetRuns(connection.db), 3)
      assert.deepEqual(
        (await rows(job)).map((row) => (row as unknown[])[2]),
        [null, 'missed', 'failed', 'done'],
      )
    })
  })
}
