/** docs/advisors.md tells every row in which we differ from `supabase db advisors`, and no other. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import pg from 'pg'
import { readFacts } from '../../../src/collect/catalog/index.ts'
import { connect, detectCapabilities } from '../../../src/db/index.ts'
import type { Facts } from '../../../src/facts/index.ts'
import { type TestDatabase, testDatabase } from '../../database.ts'
import { supabaseJson } from '../../supabase-cli.ts'
import { indexCases } from '../cases/indexes/index.ts'
import { policyCases } from '../cases/policies/index.ts'
import { securityCases } from '../cases/security/index.ts'
import { tableCases } from '../cases/tables/index.ts'
import type { PlantedCase } from '../planted-case.ts'
import { type Advice, type Difference, differences, ours, theirs } from './advice.ts'
import { kinds } from './kinds.ts'

/** Lints of the platform that the CLI's command does not have. */
const notInCli: ReadonlySet<string> = new Set([
  'anon_security_definer_function_executable',
  'authenticated_security_definer_function_executable',
  'pg_graphql_anon_table_exposed',
  'pg_graphql_authenticated_table_exposed',
  'public_bucket_allows_listing',
])

/** Counters as old as those of a database that has been in use for a month. */
const statisticsMinutes = 30 * 24 * 60

/** Plants the cases in a database of their own, and tells where both differ. */
async function compared(cases: readonly PlantedCase[]): Promise<Compared> {
  const database = await testDatabase({ version: 17, migrated: true })
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  const cleanups: (() => Promise<void>)[] = [() => client.end()]
  try {
    for (const { plant } of cases.filter(({ versions }) => versions?.includes(17) ?? true)) {
      if (typeof plant === 'string') {
        await client.query(plant)
        continue
      }
      const cleanup = await plant({ database, client, version: 17 })
      if (cleanup !== undefined) cleanups.push(cleanup)
    }
    await client.query('select pg_stat_force_next_flush()')
    return await compare(database)
  } finally {
    for (const cleanup of cleanups.toReversed()) await cleanup()
  }
}

interface Compared {
  rows: Difference[]
  facts: Partial<Facts>
}

async function compare({ url }: TestDatabase): Promise<Compared> {
  const all = ['db', 'advisors', '--type', 'all', '--level', 'info']
  const { results } = await supabaseJson<{ results: Advice[] }>(url, ...all)
  const connection = await connect({ url })
  try {
    const facts = await readFacts(connection.db, await detectCapabilities(connection.db))
    assert.deepEqual(facts.unseen, {})
    const { said, kept } = ours(facts, { now: facts.seen.server?.now ?? '', statisticsMinutes })
    const comparable = said.filter(({ lint }) => !notInCli.has(lint))
    // Nobody has used our own schema there: another test holds it to the other lints.
    const advice = results.filter(
      ({ name, metadata }) => name !== 'unused_index' || metadata.schema !== 'supascope',
    )
    return { rows: differences(theirs(advice, kept), comparable), facts: facts.seen }
  } finally {
    await connection.close()
  }
}

/** Rows of the page: of one object each, or of all of a kind. */
function documented(): { objects: string[]; kinds: Difference[] } {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/advisors.md'), 'utf8')
  const rows = Array.from(
    page.matchAll(/^\| (\w+) \| (`.+?`|\*.+?\*) \| (\S+) \| (\S+) \| (.+) \|$/gm),
    ([, lint = '', object = '', advisors = '', supascope = '']) => ({
      ...{ lint, object: object.slice(1, -1), advisors, supascope },
      isKind: object.startsWith('*'),
    }),
  )
  return {
    objects: rows.filter(({ isKind }) => !isKind).map(textOf),
    kinds: rows.filter(({ isKind }) => isKind),
  }
}

function textOf({ lint, object, advisors, supascope }: Difference): string {
  return [lint, object, advisors, supascope].join(' | ')
}

function isOfKind(row: Difference, kind: Difference, facts: Partial<Facts>): boolean {
  const levels = row.advisors === kind.advisors && row.supascope === kind.supascope
  const isOne = kinds[kind.object]
  assert.ok(isOne !== undefined, `${kind.object} is no kind`)
  return row.lint === kind.lint && levels && isOne(facts)(row)
}

test('docs/advisors.md tells all rows that differ, and no other', async () => {
  const page = documented()
  const single = new Set<string>()
  const met = new Set<Difference>()
  for (const cases of [policyCases, securityCases, indexCases, tableCases]) {
    const { rows, facts } = await compared(cases)
    for (const row of rows) {
      const kind = page.kinds.find((one) => isOfKind(row, one, facts))
      if (kind === undefined) single.add(textOf(row))
      else met.add(kind)
    }
  }
  assert.deepEqual(page.objects.toSorted(), [...single].toSorted())
  const idle = page.kinds.filter((kind) => !met.has(kind))
  assert.deepEqual(idle.map(textOf), [])
})
