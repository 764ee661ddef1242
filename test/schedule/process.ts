/**
 * A process that schedules, with the code of `supascope serve` and jobs of a test: each inserts a
 * row into `public.effects`. `node process.ts URL NAME` says `ready` and goes on until it is stopped.
 */
import { sql } from 'kysely'
import { connect, readWrite } from '../../src/db/index.ts'
import { createScheduler, type Firing, type Job } from '../../src/schedule/index.ts'

const each = { cron: '* * * * * *', timezone: 'UTC', retries: 20 }

/** Its work and its record are one transaction; who finds it left behind does it. */
export const exactJobs: readonly string[] = Array.from({ length: 5 }, (_, i) => `exact_${i}`)
/** Likewise, at work for most of the time: whoever is killed leaves one of them behind. */
export const slowJobs: readonly string[] = ['slow_0', 'slow_1']
export const slowPeriod = 5
/** Its work stands alone, so nobody does it again. */
export const onceJobs: readonly string[] = Array.from({ length: 4 }, (_, i) => `once_${i}`)

export const createEffects = `create table public.effects (job text, fire_at timestamptz, attempt integer)`

async function exact(firing: Firing, seconds = 0.15): Promise<undefined> {
  await readWrite(firing.db, async (trx) => {
    await sql`insert into public.effects values (${firing.job}, ${firing.fireAt}, ${firing.attempt})`.execute(
      trx,
    )
    await sql`select pg_sleep(random() * ${seconds})`.execute(trx)
    await firing.settle(trx)
    await sql`select pg_sleep(random() * ${seconds})`.execute(trx)
  })
}

async function once(firing: Firing): Promise<undefined> {
  await readWrite(firing.db, (trx) =>
    sql`insert into public.effects values (${firing.job}, ${firing.fireAt}, ${firing.attempt})`.execute(
      trx,
    ),
  )
  await readWrite(firing.db, (trx) => sql`select pg_sleep(random() * 0.2)`.execute(trx))
}

function testJobs(): Job[] {
  return [
    ...exactJobs.map(
      (name): Job => ({ ...each, name, missed: 'catch-up', run: (firing) => exact(firing) }),
    ),
    ...slowJobs.map(
      (name): Job => ({
        ...each,
        name,
        cron: `*/${slowPeriod} * * * * *`,
        missed: 'catch-up',
        run: (firing) => exact(firing, 2),
      }),
    ),
    // It did its work perhaps, so a failure is no reason to do it again.
    ...onceJobs.map((name): Job => ({ ...each, name, missed: 'skip', retries: 0, run: once })),
  ]
}

async function main(url: string, runner: string): Promise<void> {
  const claims = await connect({ url, maxConnections: 1 })
  const work = await connect({ url, maxConnections: 4 })
  const say = (fields: object, message: string): void => {
    process.stderr.write(`${JSON.stringify({ message, ...fields })}\n`)
  }
  const scheduler = createScheduler({
    claims: claims.db,
    database: work.db,
    runner,
    jobs: testJobs(),
    log: { debug: () => undefined, info: () => undefined, warn: say, error: say },
    describeError: (error) => String(error),
    leaseMs: 2_000,
    watchMs: 500,
    parallel: 4,
  })
  process.once('SIGTERM', () => {
    // No cancellation: PgBouncer 1.18 dies of some, and test/serve.test.ts has it.
    void scheduler.stop().then(() => process.exit(0))
  })
  await scheduler.start()
  process.stdout.write('ready\n')
}

const [, , url, runner] = process.argv
if (import.meta.main && url !== undefined && runner !== undefined) await main(url, runner)
