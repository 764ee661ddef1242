/** The Supabase CLI, psql and `supascope migrate` apply the same files and agree about them. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { promisify } from 'node:util'
import pg from 'pg'
import { goldenCatalog, versions } from './catalog/golden.ts'
import { readCatalog } from './catalog/read.ts'
import { testDatabase } from './database.ts'
import { missingDebianPackages } from './debian-packages.ts'
import { supabaseCli } from './supabase-cli.ts'
import { supascope } from './supascope.ts'

const migrations = join(import.meta.dirname, '..', 'supabase', 'migrations')
const files = globSync('*.sql', { cwd: migrations }).sort()
const names = files.map((file) => file.replace(/\.sql$/, ''))

const skip = (await missingDebianPackages(['postgresql-client-15'])) ?? false

/** Ways to bring a database up to date; each takes its URL and fails by throwing. */
const installers = {
  'db push': (url: string) => cli(url, 'db', 'push'),
  'migration up': (url: string) => cli(url, 'migration', 'up'),
  'supascope migrate': async (url: string) => {
    const run = await supascope(['migrate', '--db-url', url])
    assert.equal(run.status, 0, run.stderr)
  },
  psql: async (url: string) => {
    const each = files.flatMap((file) => ['--file', join(migrations, file)])
    const options = ['--no-psqlrc', '--quiet', '--set', 'ON_ERROR_STOP=1', ...each]
    await promisify(execFile)('/usr/lib/postgresql/15/bin/psql', [...options, url])
  },
} satisfies Record<string, (url: string) => Promise<void>>

async function cli(url: string, ...args: string[]): Promise<void> {
  const run = await supabaseCli(url, ...args)
  assert.equal(run.status, 0, run.stdout + run.stderr)
}

interface Applied {
  ledger: { name: string; applied_at: Date }[]
  /** Identities of all that stands in the schema: a table made anew has another. */
  objects: { oid: number; relname: string }[]
}

async function applied(url: string): Promise<Applied> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const ledger = await client.query(
      'select name, applied_at from supascope.schema_migrations order by name',
    )
    const objects = await client.query(
      `select oid, relname from pg_class
       where relnamespace = 'supascope'::regnamespace order by relname`,
    )
    return { ledger: ledger.rows, objects: objects.rows }
  } finally {
    await client.end()
  }
}

describe('installers agree', { skip }, () => {
  for (const [first, install] of Object.entries(installers)) {
    test(`after ${first} nothing is left for the others`, async () => {
      const { url } = await testDatabase({ version: 17 })
      await install(url)
      const before = await applied(url)
      assert.deepEqual(
        before.ledger.map(({ name }) => name),
        names,
      )
      for (const again of Object.values(installers)) await again(url)
      assert.deepEqual(await applied(url), before)
      assert.deepEqual(await readCatalog(url), goldenCatalog(17))
    })
  }

  for (const version of versions) {
    test(`ten at once end with one schema on ${version}`, async () => {
      const { url } = await testDatabase({ version })
      // One `db push`: two would meet in the CLI's own ledger, which it makes without a lock.
      const { psql, 'supascope migrate': ours, 'db push': push } = installers
      await Promise.all([push, ...Array(5).fill(ours), ...Array(4).fill(psql)].map((by) => by(url)))
      const { ledger } = await applied(url)
      assert.deepEqual(
        ledger.map(({ name }) => name),
        names,
      )
      assert.deepEqual(await readCatalog(url), goldenCatalog(version))
    })
  }
})

test('the CLI counts our files as applied once it has pushed them', async () => {
  const { url } = await testDatabase()
  await installers['db push'](url)
  const again = await supabaseCli(url, 'db', 'push')
  assert.match(again.stdout + again.stderr, /up to date/)
})
