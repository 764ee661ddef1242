/** pg_cron runs the jobs where it is, and leaves them to a scheduler when it goes. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { ownServer, unavailable } from '../database.ts'
import { migrate, runAll } from '../servers/shared.ts'
import { supascope } from '../supascope.ts'
import { connectAs, runJob } from './ingest.ts'

const taken = { skipped: 'another runner has the lease' }
const missing = {
  debian15: await unavailable('debian15'),
  trixie17: await unavailable('trixie17'),
}

describe('with pg_cron', { concurrency: true }, () => {
  for (const kind of ['debian15', 'trixie17'] as const) {
    test(`pg_cron runs the jobs on ${kind}`, { skip: missing[kind] }, async (t) => {
      const server = await ownServer(t, { version: kind, extensions: ['pg_cron'] })
      await runAll(server.url('postgres', 'supabase_admin'), [
        'grant usage on schema cron to postgres',
      ])
      await migrate(server.url())
      const client = await connectAs(server.url())
      // The server stops first, and takes the connection with it.
      client.on('error', () => undefined)
      const scheduled = async (): Promise<string[]> => {
        const { rows } = await client.query('select jobname from cron.job order by jobname')
        return rows.map(({ jobname }) => jobname)
      }
      const all = ['compact', 'partitions', 'refresh', 'retention', 'rollup'].map(
        (name) => `supascope_${name}`,
      )
      assert.deepEqual(await scheduled(), all)
      await client.query('select supascope.schedule_jobs()')
      assert.deepEqual(await scheduled(), all, 'once, however often')

      // The roll-up is due every minute, and pg_cron looks at the clock itself.
      for (;;) {
        const { rows } = await client.query(
          "select runner, error from supascope.jobs where name = 'rollup'",
        )
        assert.equal(rows[0].error, null)
        if (rows[0].runner === 'pg_cron') break
        await setTimeout(200)
      }
      assert.deepEqual(await runJob(client, 'compact', 'scheduler'), taken)
      const doctor = await supascope(['doctor', '--format', 'json', '--db-url', server.url()])
      const jobs = JSON.parse(doctor.stdout).checks.find(
        (check: { name: string }) => check.name === 'jobs',
      )
      assert.equal(jobs.detail, 'run by pg_cron')

      await runAll(server.url('postgres', 'supabase_admin'), [
        "update cron.job_run_details set end_time = now() - interval '4 days'",
        "insert into cron.job_run_details (jobid, runid, end_time) values (999, 999, '2020-01-01')",
      ])
      assert.ok(Number((await runJob(client, 'retention', 'manual')).cron_history) > 0)
      const { rows } = await client.query(
        "select runid::integer from cron.job_run_details where end_time < now() - interval '3 days'",
      )
      assert.deepEqual(rows, [{ runid: 999 }], 'what is not ours stays, however old')

      await client.query('select supascope.unschedule_jobs()')
      assert.deepEqual(await scheduled(), [])
      await client.query("update supascope.runner set expires_at = now() - interval '1 second'")
      assert.equal('skipped' in (await runJob(client, 'compact', 'scheduler')), false)
    })
  }
})
