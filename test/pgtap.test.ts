/** Runs supabase/tests/*.test.sql, as `supabase test db` does, where a server has pgTAP. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import pg from 'pg'
import { type ServerKind, testDatabase, unavailable } from './database.ts'

const folder = join(import.meta.dirname, '..', 'supabase', 'tests')
const files = globSync('*.test.sql', { cwd: folder }).sort()

interface Tap {
  ok: boolean
  /** The assertion's words. */
  name: string
  /** What pgTAP says about a failure. */
  detail: string
}

/** Runs one file and reads its TAP. @throws Error if it breaks off or keeps no count. */
async function runTap(client: pg.Client, file: string): Promise<Tap[]> {
  const results = await client.query({
    text: readFileSync(join(folder, file), 'utf8'),
    rowMode: 'array',
  })
  const rows = [results].flat().flatMap((result) => result.rows.map((row) => String(row[0])))
  const taps = rows.flatMap((row): Tap[] => {
    const [, not, name = ''] = row.match(/^(not )?ok \d+ - (.*)/) ?? []
    return row.match(/^(not )?ok /) ? [{ ok: !not, name, detail: row }] : []
  })
  assert.ok(rows.includes(`1..${taps.length}`), `${file} does not keep count: ${rows.join('\n')}`)
  return taps
}

const planted: [name: string, sql: string, accusation: string][] = [
  [
    'usage of the schema',
    'grant usage on schema supascope to anon',
    'no outsider may use the schema or create in it',
  ],
  [
    'a grant on a table',
    'grant insert on supascope.snapshots to service_role',
    'no outsider has a privilege on a table or view',
  ],
  [
    'a grant on a column',
    'grant select (query) on supascope.statement_texts to authenticated',
    'no outsider has a privilege on a column',
  ],
  [
    'a grant on a sequence',
    'grant usage on sequence supascope.snapshots_id_seq to anon',
    'no outsider has a privilege on a sequence',
  ],
  [
    'a function for everyone',
    `create function supascope.planted() returns void language sql set search_path = '' as ''`,
    'no outsider may call a function',
  ],
  [
    'a function with the search_path of its caller',
    `create function supascope.planted() returns void language sql as ''; revoke all on function supascope.planted() from public`,
    'every function has a fixed search_path',
  ],
  [
    'a table without row level security',
    'create table supascope.planted ()',
    'every table has row level security',
  ],
  [
    'a policy',
    'create policy planted on supascope.snapshots for select using (true)',
    'no table has a policy that would let someone in',
  ],
  [
    'a view with the rights of its owner',
    'create view supascope.planted as select 1 as one',
    'every view reads with the rights of its reader',
  ],
  [
    'default privileges',
    'alter default privileges in schema supascope grant select on tables to anon',
    'no default privilege opens what is yet to come',
  ],
  [
    'an open door',
    'grant usage on schema supascope to anon; grant select on supascope.collector to anon; create policy planted on supascope.collector using (true)',
    'the roles of the API are refused when they try',
  ],
]

for (const version of ['debian15', 'trixie17'] satisfies ServerKind[]) {
  test(`pgTAP on ${version}`, { skip: await unavailable(version) }, async (t) => {
    const database = await testDatabase({ version, migrated: true, extensions: ['pgtap'] })
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    t.after(() => client.end())
    assert.ok(files.length > 0)

    for (const file of files) {
      await t.test(file, async (t) => {
        const taps = await runTap(client, file)
        assert.ok(taps.length > 0)
        for (const { ok, name, detail } of taps) await t.test(name, () => assert.ok(ok, detail))
      })
    }
    await t.test('finds each planted hole', async (t) => {
      for (const [name, sql, accusation] of planted) {
        await t.test(name, async () => {
          const copy = await testDatabase({ version, migrated: true, extensions: ['pgtap'] })
          const own = new pg.Client({ connectionString: copy.url })
          await own.connect()
          try {
            await own.query(sql)
            const taps = await runTap(own, 'access.test.sql')
            const failed = taps.filter(({ ok }) => !ok).map(({ name }) => name)
            assert.ok(failed.includes(accusation), `failed: ${failed.join('; ')}`)
          } finally {
            await own.end()
          }
        })
      }
    })
  })
}
