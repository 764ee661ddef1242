/** The remedies of the rules on indexes are run as they are written, and what they mend is mended. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import { runRules } from '../../src/check/index.ts'
import { indexRules } from '../../src/check/indexes/index.ts'
import { readFacts } from '../../src/collect/catalog/index.ts'
import { connect, detectCapabilities } from '../../src/db/index.ts'
import type { Finding } from '../../src/finding.ts'
import { parseSql } from '../../src/syntax/index.ts'
import { testDatabase } from '../database.ts'
import { indexCases } from './cases/indexes/index.ts'

/** The others plant megabytes; what they say to create and drop is made by the same functions. */
const light = [
  'invalid_index',
  'unindexed_foreign_keys',
  'duplicate_index',
  'index_doubles_constraint',
  'redundant_index',
  'btree_on_array',
  'boolean_index',
  'always_true_predicate',
  'unused_index',
]

async function findingsOf(url: string): Promise<Finding[]> {
  const connection = await connect({ url })
  try {
    const facts = await readFacts(connection.db, await detectCapabilities(connection.db))
    const now = facts.seen.server?.now ?? ''
    return runRules(indexRules, facts, { now, statisticsMinutes: 60 * 24 * 60 }).findings
  } finally {
    await connection.close()
  }
}

/** Each statement by itself: `concurrently` is refused in a transaction. */
function statementsOf(remedies: readonly string[]): string[] {
  return [...new Set(remedies)].flatMap((remedy) => {
    const parsed = parseSql(remedy)
    assert.ok(parsed.ok, remedy)
    return parsed.statements.map(({ text }) => text)
  })
}

/** Plants what the rules find; every partition has a partition of its own kind. */
async function plant(
  database: Awaited<ReturnType<typeof testDatabase>>,
  client: pg.Client,
): Promise<void> {
  for (const one of indexCases.filter(({ rule }) => light.includes(rule))) {
    if (typeof one.plant === 'string') await client.query(one.plant)
    else await one.plant({ database, client, version: 17 })
  }
  await client.query(`
    create table public.remedies_deep (a int, b int, p int references public.unindexed_fk_parent (a))
      partition by list (a);
    create table public.remedies_deep_1 partition of public.remedies_deep for values in (1)
      partition by list (b);
    create table public.remedies_deep_11 partition of public.remedies_deep_1 for values in (1);
    create table public."remedies Deep 2" partition of public.remedies_deep for values in (2);
    create table public.remedies_many (a int, p int references public.unindexed_fk_parent (a))
      partition by list (a);
    do $do$ begin for n in 1..15 loop
      execute format('create table public.%I partition of public.remedies_many for values in (%s)',
        'remedies many ' || n, n);
    end loop; end $do$`)
}

test('every remedy runs, keeps the tables in use, and mends what it was made for', async () => {
  const database = await testDatabase({ version: 17, migrated: true })
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  try {
    await plant(database, client)
    const found = await findingsOf(database.url)
    assert.ok(light.every((rule) => found.some(({ name }) => name === rule)))
    // The broken build's duplicates, and a decoy, are for a person to mend.
    await client.query(`delete from public.invalid_index_t where b = 2;
      drop index public.invalid_index_parent`)
    for (const statement of statementsOf(found.map(({ remediation }) => remediation))) {
      const { rows, command } = await client.query(statement)
      assertGentle(statement, command)
      for (const row of rows) await client.query(row.statement)
    }
    const left = await findingsOf(database.url)
    const names = new Set(found.map(({ cacheKey }) => cacheKey))
    assert.deepEqual(
      left.flatMap(({ cacheKey }) => (names.has(cacheKey) ? cacheKey : [])),
      [],
    )
    const { rows } = await client.query(
      'select indexrelid::regclass from pg_index where not indisvalid',
    )
    assert.deepEqual(rows, [])
  } finally {
    await client.end()
  }
})

/** Concurrently, or by the recipe for partitioned tables, which have no such thing. */
function assertGentle(statement: string, command: string | null): void {
  if (!/^(CREATE|DROP|ALTER|REINDEX)/i.test(command ?? '')) return
  assert.match(
    statement,
    /^(--.*\n|\s)*((create (unique )?|drop |re)index concurrently |create index [\w" ]+ on only |alter index .* attach partition |drop index public\.duplicate_index_whole_2$|drop index public\.unused_index_whole$|alter table public\.duplicate_index_unique drop constraint )/i,
  )
}

for (const version of [15, 17, 18] as const) {
  test(`what serves a foreign key by the rule, the planner uses on ${version}`, async () => {
    const database = await testDatabase({ version })
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    try {
      await client.query('create table public.served (a int, b int, c boolean)')
      await client.query("set plan_cache_mode = 'force_generic_plan'; set enable_seqscan = off")
      // What the server asks for each row that is deleted from the referenced table.
      await client.query(
        'prepare referring (int, int) as select 1 from only public.served x where $1 = a and $2 = b for key share of x',
      )
      const serves = async (definition: string): Promise<boolean> => {
        await client.query(`create index served_by on public.served ${definition}`)
        const { rows } = await client.query('explain (format json) execute referring (null, null)')
        await client.query('drop index public.served_by')
        const [, condition = ''] = /"Index Cond":"([^"]*)"/.exec(JSON.stringify(rows[0])) ?? []
        return /\ba\b/.test(condition) && /\bb\b/.test(condition)
      }
      assert.equal(await serves('(a, b)'), true)
      assert.equal(await serves('(b, a)'), true)
      assert.equal(await serves('(b, a, c)'), true)
      assert.equal(await serves('(a, b) where a is not null and b is not null'), true)
      assert.equal(await serves('(a, b) where c'), false)
      assert.equal(await serves('(a)'), false)
    } finally {
      await client.end()
    }
  })
}
