/** docs/advisors.md lists every row in which we differ from `supabase db advisors`, and no other. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import pg from 'pg'
import { readFacts } from '../../../src/collect/catalog/index.ts'
import { connect, detectCapabilities } from '../../../src/db/index.ts'
import { type TestDatabase, testDatabase } from '../../database.ts'
import { supabaseJson } from '../../supabase-cli.ts'
import { policyCases } from '../cases/policies/index.ts'
import { securityCases } from '../cases/security/index.ts'
import type { PlantedCase } from '../planted-case.ts'
import { type Advice, differences, ours, theirs } from './advice.ts'

/** Lints that the rules on indexes and tables answer for. */
const elsewhere: ReadonlySet<string> = new Set([
  'duplicate_index',
  'no_primary_key',
  'table_bloat',
  'unindexed_foreign_keys',
  'unused_index',
])

/** Lints of the platform that the CLI's command does not have. */
const notInCli: ReadonlySet<string> = new Set([
  'anon_security_definer_function_executable',
  'authenticated_security_definer_function_executable',
  'pg_graphql_anon_table_exposed',
  'pg_graphql_authenticated_table_exposed',
  'public_bucket_allows_listing',
])

async function planted(cases: readonly PlantedCase[]): Promise<TestDatabase> {
  const database = await testDatabase({ version: 17, migrated: true })
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  for (const { plant } of cases) {
    if (typeof plant === 'string') await client.query(plant)
    else assert.equal(await plant({ database, client, version: 17 }), undefined)
  }
  await client.end()
  return database
}

async function compare({ url }: TestDatabase): Promise<string[]> {
  const all = ['db', 'advisors', '--type', 'all', '--level', 'info']
  const { results } = await supabaseJson<{ results: Advice[] }>(url, ...all)
  const connection = await connect({ url })
  try {
    const facts = await readFacts(connection.db, await detectCapabilities(connection.db))
    const said = ours(facts, { now: facts.seen.server?.now ?? '', statisticsMinutes: null })
    const isComparable = (what: string): boolean => {
      const [lint = ''] = what.split(' ')
      return !elsewhere.has(lint) && !notInCli.has(lint)
    }
    const comparable = new Map([...said].filter(([what]) => isComparable(what)))
    return differences(theirs(results, elsewhere), comparable)
  } finally {
    await connection.close()
  }
}

function documented(): string[] {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/advisors.md'), 'utf8')
  const rows = page.matchAll(/^\| (\w+) \| `(.+?)` \| (\S+) \| (\S+) \| (.+) \|$/gm)
  return Array.from(rows, ([, lint, object, advisors, supascope]) =>
    [`${lint} ${object}`, advisors, supascope].join(' | '),
  )
}

test('docs/advisors.md is the list of all rows that differ', async () => {
  const found: string[] = []
  for (const cases of [policyCases, securityCases]) {
    found.push(...(await compare(await planted(cases))))
  }
  assert.deepEqual(documented().toSorted(), [...new Set(found)].toSorted())
})
