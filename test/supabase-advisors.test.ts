/** `supabase db advisors` and `supabase db lint` find nothing in our schema. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import { type ServerKind, testDatabase, unavailable } from './database.ts'
import { supabaseJson } from './supabase-cli.ts'

interface Advice {
  name: string
  level: string
  detail: string
  metadata: { schema?: string; name?: string } | null
}

/** Partitions of raw events and of partials: what would spare these remarks costs more than it gives. */
const partition = /^(performance_logs|web_vitals|sketch_minutes)_p\d{8}$/

/** Remarks at level INFO that are meant to be so. */
function isMeant({ name, metadata }: Advice): boolean {
  // In a fresh database no index has been used yet.
  if (name === 'unused_index') return true
  return name === 'no_primary_key' && partition.test(metadata?.name ?? '')
}

async function advice(url: string): Promise<string[]> {
  const { results } = await supabaseJson<{ results: Advice[] }>(
    url,
    ...['db', 'advisors', '--type', 'all', '--level', 'info'],
  )
  return results
    .filter((found) => {
      const { detail, metadata } = found
      const ours = metadata?.schema === 'supascope' || detail.includes('supascope.')
      return ours && !isMeant(found)
    })
    .map(({ name }) => name)
    .sort()
}

interface Lint {
  function: string
  issues: { message: string }[]
}

async function lint(url: string): Promise<string[]> {
  const { results } = await supabaseJson<{ results: Lint[] }>(url, 'db', 'lint')
  return results
    .filter((row) => /^(supascope\.|public\.ingest_)/.test(row.function))
    .map((row) => row.function)
}

async function plant(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(`
    create table supascope.planted (statement integer references supascope.statements (id));
    create function supascope.planted() returns integer language plpgsql
      as 'begin return no_such_column; end'`)
  await client.end()
}

for (const version of [17, 'debian15', 'trixie17'] satisfies ServerKind[]) {
  test(`db advisors on ${version}`, { skip: await unavailable(version) }, async (t) => {
    const { url } = await testDatabase({ version, migrated: true })
    await t.test('finds nothing in our schema', async () => {
      assert.deepEqual(await advice(url), [])
    })
    await t.test('finds what is planted there', async () => {
      await plant(url)
      const planted = ['function_search_path_mutable', 'no_primary_key', 'unindexed_foreign_keys']
      assert.deepEqual(await advice(url), planted)
    })
  })
}

// Only Debian's servers have plpgsql_check, which `db lint` works with.
for (const version of ['debian15', 'trixie17'] satisfies ServerKind[]) {
  test(`db lint on ${version}`, { skip: await unavailable(version) }, async (t) => {
    const { url } = await testDatabase({ version, migrated: true, extensions: ['plpgsql_check'] })
    await t.test('finds nothing in our schema', async () => {
      assert.deepEqual(await lint(url), [])
    })
    await t.test('finds what is planted there', async () => {
      await plant(url)
      assert.deepEqual(await lint(url), ['supascope.planted'])
    })
  })
}
