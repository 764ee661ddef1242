import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import { openCollector } from '../../test/collector.ts'
import { testDatabase } from '../../test/database.ts'

test('the lock of the collector', async (t) => {
  const { url, adminUrl } = await testDatabase({ migrated: true })
  const collector = await openCollector(url, adminUrl)
  const other = new pg.Client({ connectionString: url })
  await other.connect()
  t.after(async () => {
    await other.end()
    await collector.close()
  })
  const lock = async (): Promise<void> => {
    await other.query('begin')
    await other.query('select from supascope.collector for update')
  }
  /** Asks until somebody waits for what this connection holds. */
  const somebodyWaits = async (): Promise<void> => {
    for (;;) {
      const { rowCount } = await other.query(
        'select from pg_stat_activity where pg_backend_pid() = any(pg_blocking_pids(pid))',
      )
      if (rowCount) return
    }
  }

  await t.test('held for long, ends in an error that names it, with nothing stored', async () => {
    await lock()
    await assert.rejects(collector.snapshot(), { code: 'SCOPE_DB_BUSY' })
    await other.query('rollback')
    const { rows } = await other.query('select count(*)::integer as n from supascope.snapshots')
    assert.deepEqual(rows, [{ n: 0 }])
  })

  await t.test('given up without a snapshot, lets one be taken', async () => {
    await lock()
    const waiting = collector.snapshot()
    await somebodyWaits()
    await other.query('rollback')
    assert.equal((await waiting).kind, 'baseline')
  })

  await t.test('given up with a snapshot just taken, makes another needless', async () => {
    await lock()
    const waiting = collector.snapshot()
    await somebodyWaits()
    const { rows } = await other.query<{ at: Date }>(
      `update supascope.collector set last_taken_at = date_trunc('milliseconds', clock_timestamp())
      returning last_taken_at as at`,
    )
    await other.query('commit')
    const { kind, id, takenAt } = await waiting
    assert.deepEqual([kind, id, takenAt], ['skipped', null, rows[0]?.at.toISOString()])
  })
})
