import assert from 'node:assert/strict'
import { test } from 'node:test'
import { goldenCatalog, versions } from './catalog/golden.ts'
import { readCatalog } from './catalog/read.ts'
import { testDatabase } from './database.ts'
import { runAll } from './servers/shared.ts'

for (const version of versions) {
  test(`the migrations make the golden catalog on ${version}`, async () => {
    const { url } = await testDatabase({ version, migrated: true })
    const hint = 'look at the diff of `node test/catalog/golden.ts`'
    const [made, golden] = [await readCatalog(url), goldenCatalog(version)]
    assert.equal(made.objects, golden.objects, hint)
    assert.equal(made.views, golden.views, hint)
  })
}

/** What must not go unseen, each on a database of its own. */
const changes = {
  column: 'alter table supascope.settings add column more integer',
  default: 'alter table supascope.schema_migrations alter column applied_at drop default',
  nullability: 'alter table supascope.schema_migrations alter column breaking drop not null',
  constraint: 'alter table supascope.settings add check (id < 2)',
  index: 'create index on supascope.schema_migrations (breaking)',
  option: 'alter table supascope.schema_migrations set (fillfactor = 50)',
  rls: 'alter table supascope.schema_migrations disable row level security',
  policy: 'create policy p on supascope.schema_migrations using (true)',
  'table grant': 'grant select on supascope.schema_migrations to anon',
  'schema grant': 'grant usage on schema supascope to authenticated',
  'default grant': 'alter default privileges in schema supascope grant select on tables to anon',
  function: 'create function supascope.f() returns integer language sql return 1',
  'public function': 'create function public.f() returns integer language sql return 1',
  trigger: `create trigger t before update on supascope.schema_migrations
    for each row execute function pg_catalog.suppress_redundant_updates_trigger()`,
  comment: "comment on table supascope.schema_migrations is 'other'",
  type: "create type supascope.t as enum ('a')",
  view: 'create view supascope.v as select 1 as one',
} satisfies Record<string, string>

test('a change of whatever kind shows in the catalog', async (t) => {
  for (const [what, statement] of Object.entries(changes)) {
    await t.test(what, async () => {
      const database = await testDatabase({ migrated: true })
      await runAll(database.url, [statement])
      const { objects, views } = await readCatalog(database.url)
      assert.notEqual(objects, goldenCatalog(17).objects)
      if (what === 'view') assert.match(views, /view supascope.v: SELECT 1/)
      await database.drop()
    })
  }
})
