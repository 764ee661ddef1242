import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import pg from 'pg'
import { testDatabase } from '../database.ts'
import { ended, startSupascope } from '../supascope.ts'

describe('snapshot --every', () => {
  it('goes on over what passes, says it, and ends at what does not pass', async () => {
    const database = await testDatabase({ migrated: true })
    const admin = new pg.Client({ connectionString: database.adminUrl })
    await admin.connect()
    const args = ['snapshot', '--every', '1s', '--format', 'json', '--db-url', database.url]
    const child = startSupascope(args)
    const run = ended(child)
    const said = (stream: 'stdout' | 'stderr'): Promise<string> =>
      new Promise((resolve) => child[stream].once('data', (data) => resolve(String(data))))
    assert.equal(JSON.parse(await said('stdout')).kind, 'baseline')

    // Whoever holds the collector for longer than a second keeps a snapshot from being taken.
    await admin.query('begin')
    await admin.query('lock table supascope.collector in access exclusive mode')
    assert.match(await said('stderr'), /SCOPE_DB_BUSY: .*; the next snapshot covers this time too/)
    await admin.query('rollback')
    assert.equal(JSON.parse(await said('stdout')).kind, 'delta')

    // A server that restarts ends all connections.
    await admin.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'supascope' and datname = current_database()",
    )
    assert.equal(JSON.parse(await said('stdout')).kind, 'delta')

    await admin.query(
      "insert into supascope.schema_migrations values ('20991231000000_future', true)",
    )
    const { status, stderr } = await run
    assert.equal(status, 3)
    assert.match(stderr, /\nsupascope: SCOPE_SCHEMA_NEWER: .*\nhint: .*\n$/)
    await admin.end()
  })
})
