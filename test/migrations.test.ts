import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import pg from 'pg'
import {
  type ApplyResult,
  applyMigrations,
  connect,
  detectCapabilities,
  schemaState,
  shippedMigrations,
} from '../src/db/index.ts'
import { type TestDatabase, testDatabase } from './database.ts'
import { runAll } from './servers/shared.ts'
import { assertFailure, supascope } from './supascope.ts'

const names = (await shippedMigrations()).map((migration) => migration.name)

async function apply(url: string): Promise<ApplyResult> {
  const connection = await connect({ url, maxConnections: 1 })
  try {
    return await applyMigrations(connection.db)
  } finally {
    await connection.close()
  }
}

async function rows<T extends pg.QueryResultRow>(url: string, text: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<T>(text)).rows
  } finally {
    await client.end()
  }
}

function migrate(database: TestDatabase, ...args: string[]): ReturnType<typeof supascope> {
  return supascope(['migrate', ...args], { env: { DATABASE_URL: database.url } })
}

describe('applying the migrations', { concurrency: 2 }, () => {
  it('brings a database up to date once; again it finds nothing to do', async () => {
    const database = await testDatabase()
    assert.deepEqual(await apply(database.url), { applied: names, newer: [] })
    assert.deepEqual(await apply(database.url), { applied: [], newer: [] })
    const connection = await connect({ url: database.url })
    const capabilities = await detectCapabilities(connection.db)
    await connection.close()
    assert.deepEqual(
      capabilities.migrations?.map(({ name }) => name),
      names,
    )
    assert.equal(schemaState(capabilities, await shippedMigrations()).state, 'current')
  })

  it('ten installers at once apply each file once', async () => {
    const database = await testDatabase()
    const results = await Promise.all(Array.from({ length: 10 }, () => apply(database.url)))
    const applied = results.flatMap((result) => result.applied).sort()
    assert.deepEqual(applied, names)
  })

  it('counts what psql or the Supabase CLI has applied, the whole file in one command', async () => {
    const database = await testDatabase()
    const [first, ...rest] = await shippedMigrations()
    await runAll(database.url, [String(first?.sql)])
    assert.deepEqual(await apply(database.url), {
      applied: rest.map(({ name }) => name),
      newer: [],
    })
    await runAll(database.url, [String(first?.sql), ...rest.map(({ sql }) => sql)])
    const ledger = await rows(database.url, 'select name from supascope.schema_migrations')
    assert.equal(ledger.length, names.length)
  })

  it('an installer that had looked before it waited sees what the other one did', async () => {
    const database = await testDatabase()
    const [first] = await shippedMigrations()
    const [quick, slow] = [database.url, database.url].map(
      (connectionString) => new pg.Client({ connectionString }),
    )
    assert.ok(quick && slow && first)
    await Promise.all([quick.connect(), slow.connect()])
    // What a session has looked up in vain stays cached until its transaction ends.
    await slow.query('begin')
    await slow.query("select to_regclass('supascope.schema_migrations')")
    await quick.query('begin')
    await quick.query(first.sql)
    const waiting = slow.query(first.sql)
    await quick.query('commit')
    await waiting
    await slow.query('commit')
    await Promise.all([quick.end(), slow.end()])
  })

  it('a dry run says what it would apply and leaves no trace', async () => {
    const database = await testDatabase()
    const run = await migrate(database, '--dry-run', '--format', 'json')
    assert.deepEqual(JSON.parse(run.stdout), {
      schema: 1,
      dry_run: true,
      applied: names,
      newer: [],
    })
    assert.deepEqual(
      await rows(database.url, "select from pg_namespace where nspname = 'supascope'"),
      [],
    )
  })

  it('says on the terminal what was applied', async () => {
    const database = await testDatabase()
    const run = await migrate(database)
    assert.equal(run.stdout, names.map((name) => `applied ${name}\n`).join(''))
    assert.equal(run.status, 0)
    assert.match((await migrate(database)).stdout, /^Nothing to do/)
  })
})

describe('a schema that is not as expected', { concurrency: 2 }, () => {
  it('a breaking migration of a newer program: every command refuses', async () => {
    const database = await testDatabase({ migrated: true })
    await runAll(database.url, [
      "insert into supascope.schema_migrations values ('20991231000000_future', true)",
    ])
    for (const command of ['migrate', 'snapshot', 'report']) {
      assertFailure(await supascope([command, '--db-url', database.url]), {
        status: 3,
        code: 'SCOPE_SCHEMA_NEWER',
        message: /20991231000000_future/,
        hint: /npm install supascope@latest/,
      })
    }
    const doctor = await supascope(['doctor', '--db-url', database.url])
    assert.equal(doctor.status, 3)
    assert.match(doctor.stdout, /schema: .*20991231000000_future/)
  })

  it('a harmless migration of a newer program: a note, and work goes on', async () => {
    const database = await testDatabase({ migrated: true })
    await runAll(database.url, [
      "insert into supascope.schema_migrations values ('20991231000000_future', false)",
    ])
    const run = await migrate(database)
    assert.equal(run.status, 0)
    assert.match(run.stderr, /20991231000000_future, which this version does not know/)
  })

  it('tables that the ledger promises are gone: the remedy, word for word, mends it', async () => {
    const database = await testDatabase({ migrated: true })
    await runAll(database.url, ['drop table supascope.snapshots cascade'])
    const run = await migrate(database)
    assertFailure(run, {
      status: 3,
      code: 'SCOPE_SCHEMA_BROKEN',
      message: /supascope\.snapshots is not there/,
    })
    const remedy = /run: (.*;) Then `supascope migrate`/.exec(run.stderr)?.[1] ?? ''
    await runAll(database.url, [remedy])
    assert.equal((await migrate(database)).status, 0)
    const doctor = await supascope(['doctor', '--db-url', database.url])
    assert.equal(doctor.status, 0, doctor.stdout)
  })

  it('tables that the ledger does not know: names the file and both ways out', async () => {
    const database = await testDatabase({ migrated: true })
    const last = names.at(-1)
    await runAll(database.url, [`delete from supascope.schema_migrations where name = '${last}'`])
    const run = await migrate(database)
    assertFailure(run, {
      status: 3,
      code: 'SCOPE_SCHEMA_BROKEN',
      message: new RegExp(`${last} finds its objects already there`),
      hint: /drop schema supascope cascade/,
    })
    const remedy = /Else: (insert .*;)/.exec(run.stderr)?.[1] ?? ''
    await runAll(database.url, [remedy])
    assert.match((await migrate(database)).stdout, /^Nothing to do/)
  })

  it('a first row that was deleted: the remedy, word for word, mends it', async () => {
    const database = await testDatabase({ migrated: true })
    await runAll(database.url, [
      `delete from supascope.schema_migrations where name = '${names[0]}'`,
    ])
    const run = await migrate(database)
    assertFailure(run, { status: 3, code: 'SCOPE_SCHEMA_BROKEN', message: /did not record itself/ })
    await runAll(database.url, [/hint: (insert .*;)/.exec(run.stderr)?.[1] ?? ''])
    assert.match((await migrate(database)).stdout, /^Nothing to do/)
  })

  it('a migration that the server refuses leaves nothing of itself and is named', async () => {
    const database = await testDatabase()
    // Something of the second file's is in the way, in a schema that the first would create.
    await runAll(database.url, ['create schema supascope', 'create table supascope.snapshots ()'])
    const run = await migrate(database)
    assertFailure(run, {
      status: 3,
      code: 'SCOPE_SCHEMA_BROKEN',
      message: new RegExp(`${names[1]}`),
    })
    const tables = await rows<{ relname: string }>(
      database.url,
      "select relname from pg_class where relnamespace = 'supascope'::regnamespace and relkind = 'r' order by 1",
    )
    assert.deepEqual(
      tables.map(({ relname }) => relname),
      ['schema_migrations', 'snapshots'],
    )
  })

  it('a role that may not create the schema, and one that does not own it', async () => {
    const database = await testDatabase()
    await runAll(database.adminUrl, [`grant connect on database ${database.name} to authenticator`])
    const stranger = database.roleUrl('supabase_auth_admin')
    const run = await supascope(['migrate', '--db-url', stranger])
    assertFailure(run, {
      status: 3,
      code: 'SCOPE_DB_PRIVILEGE',
      message: /supabase_auth_admin may not create the schema/,
      hint: /supascope migrate/,
    })
    await apply(database.url)
    assertFailure(await supascope(['migrate', '--db-url', stranger]), {
      status: 3,
      code: 'SCOPE_DB_PRIVILEGE',
      message: /may not read the schema supascope/,
      hint: /docs\/permissions\.md/,
    })
  })
})
