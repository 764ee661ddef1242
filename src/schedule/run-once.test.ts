import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { testDatabase } from '../../test/database.ts'
import { type Connection, connect, readWrite } from '../db/index.ts'
import type { Firing, Job, JobReturn } from './job.ts'
import { type RunOnceOptions, runOnce, type SingleRun } from './run-once.ts'

interface Row {
  outcome: string | null
  attempts: number
  error: string | null
  reason: string | null
  claimed_by: string | null
  db_statements: number | null
  rows_written: string | null
  took_ms: number | null
  lease_until: Date | null
}

describe('a single run', () => {
  let connection: Connection
  let jobs = 0
  before(async () => {
    const { url } = await testDatabase({ migrated: true })
    connection = await connect({ url, maxConnections: 4 })
    await query('create table public.effects (job text)')
  })
  after(() => connection.close())

  async function query<T>(text: string): Promise<T[]> {
    const work = readWrite(connection.db, (trx) => sql.raw<T>(text).execute(trx))
    return (await work).rows
  }

  function job(run: (firing: Firing) => Promise<JobReturn>, more: Partial<Job> = {}): Job {
    const name = `job_${++jobs}`
    return { name, cron: '* * * * *', timezone: 'UTC', missed: 'skip', retries: 1, run, ...more }
  }

  const said: string[] = []
  const say = (fields: object, message: string): void => {
    said.push(JSON.stringify({ ...fields, message }))
  }

  function start(one: Job, more: Partial<RunOnceOptions> = {}): SingleRun {
    return runOnce(one, {
      claims: connection.db,
      database: connection.db,
      runner: 'here',
      log: { debug: say, info: say, warn: say, error: say },
      describeError: (error) => String(error).replaceAll('hunter2', '***'),
      ...more,
    })
  }

  async function row({ name }: Job): Promise<Row> {
    const [found, ...others] = await query<Row>(
      `select * from supascope.job_runs where job = '${name}'`,
    )
    assert.ok(found)
    assert.deepEqual(others, [])
    return found
  }

  it('leaves a row with what it cost', async () => {
    const one = job(async ({ db, attempt, called }) => {
      await readWrite(db, async (trx) => {
        await sql`insert into public.effects select 'cost' from generate_series(1, 3)`.execute(trx)
      })
      return { attempt, called }
    })
    const report = await start(one).report
    assert.deepEqual([report.outcome, report.result], ['done', { attempt: 1, called: true }])
    const { outcome, attempts, db_statements, rows_written, took_ms, lease_until } = await row(one)
    // The limits of the transaction are a statement too.
    assert.deepEqual([outcome, attempts, db_statements, rows_written], ['done', 1, 2, '3'])
    assert.ok(took_ms !== null && took_ms > 0)
    assert.equal(lease_until, null)
  })

  it('tries again what may pass, and keeps the error of the attempt before', async () => {
    const one = job(({ attempt }) =>
      attempt === 1 ? Promise.reject(new Error('password hunter2')) : Promise.resolve(undefined),
    )
    assert.equal((await start(one).report).outcome, 'done')
    const { outcome, attempts, error } = await row(one)
    assert.deepEqual([outcome, attempts, error], ['done', 2, 'Error: password ***'])
    assert.ok(!said.join().includes('hunter2'))
  })

  it('does not try again what will not pass', async () => {
    const failure = new Error('hunter2 is wrong')
    const one = job(() => Promise.reject(failure), { mayPass: (error) => error !== failure })
    const report = await start(one).report
    assert.deepEqual([report.outcome, report.attempts, report.error], ['failed', 1, failure])
    const { outcome, attempts, error } = await row(one)
    assert.deepEqual([outcome, attempts, error], ['failed', 1, 'Error: *** is wrong'])
  })

  it('says why there was nothing to do', async () => {
    const one = job(() => Promise.resolve({ skipped: 'not due' }))
    assert.equal((await start(one).report).reason, 'not due')
    const { outcome, reason } = await row(one)
    assert.deepEqual([outcome, reason], ['skipped', 'not due'])
  })

  it('is skipped while another one of the same job runs', async () => {
    const begun = new AbortController()
    const end = new AbortController()
    const one = job(async () => {
      begun.abort()
      await once(end.signal, 'abort')
      return undefined
    })
    const first = start(one)
    if (!begun.signal.aborted) await once(begun.signal, 'abort')
    assert.deepEqual((({ outcome, reason }) => [outcome, reason])(await start(one).report), [
      'skipped',
      'it is running already',
    ])
    end.abort()
    assert.equal((await first.report).outcome, 'done')
    assert.equal((await row(one)).outcome, 'done')
  })

  it('gives its firing back when it is stopped', async () => {
    const begun = new AbortController()
    const one = job(async ({ signal }) => {
      begun.abort()
      await once(signal, 'abort')
      throw new Error('cancelled')
    })
    const single = start(one)
    if (!begun.signal.aborted) await once(begun.signal, 'abort')
    await single.stop()
    assert.equal((await single.report).outcome, 'interrupted')
    const { outcome, claimed_by, attempts, error } = await row(one)
    assert.deepEqual([outcome, claimed_by, attempts, error], [null, null, 0, null])
  })

  it('settles in the transaction of its work, and both or neither come true', async () => {
    const effect = async (firing: Firing, fails: boolean): Promise<undefined> => {
      await readWrite(firing.db, async (trx) => {
        await sql`insert into public.effects values (${firing.job})`.execute(trx)
        await firing.settle(trx)
        if (fails) throw new Error('after all')
      })
    }
    const good = job((firing) => effect(firing, false))
    assert.equal((await start(good).report).outcome, 'done')
    const bad = job((firing) => effect(firing, true), { retries: 0 })
    assert.equal((await start(bad).report).outcome, 'failed')
    assert.equal((await row(good)).outcome, 'done')
    assert.equal((await row(bad)).outcome, 'failed')
    const effects = await query(
      `select job from public.effects where job in ('${good.name}', '${bad.name}')`,
    )
    assert.deepEqual(effects, [{ job: good.name }])
  })

  it('keeps its lease as long as it runs', async () => {
    const leaseMs = 600
    const one = job(async ({ job: name }) => {
      const read = async (): Promise<number> => {
        const text = `select lease_until from supascope.job_runs where job = '${name}'`
        return (await query<Row>(text))[0]?.lease_until?.getTime() ?? 0
      }
      for (const first = await read(); (await read()) < first + 2 * leaseMs; ) await sleep(10)
      return undefined
    })
    assert.equal((await start(one, { leaseMs }).report).outcome, 'done')
  })

  it('ends when another process has taken its firing over', async () => {
    const one = job(async ({ job: name, signal }) => {
      await query(`update supascope.job_runs set claim = claim + 1 where job = '${name}'`)
      await once(signal, 'abort')
      throw new Error('aborted')
    })
    assert.equal((await start(one, { leaseMs: 300 }).report).outcome, 'lost')
    assert.equal((await row(one)).outcome, null, 'it is the business of the other')
  })
})
