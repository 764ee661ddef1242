/** Our own migrations raise none of our rules on policies and security, even where the API serves their schema. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { policyRules } from '../../src/check/policies/index.ts'
import { securityRules } from '../../src/check/security/index.ts'
import { readFacts } from '../../src/collect/catalog/index.ts'
import { connect, detectCapabilities } from '../../src/db/index.ts'
import { type TestDatabase, testDatabase } from '../database.ts'
import { asAdmin } from './as-admin.ts'

/** What the rules say of schema supascope, and of our functions in public. */
async function findings({ url }: TestDatabase): Promise<string[]> {
  const connection = await connect({ url })
  try {
    const { seen, unseen } = await readFacts(connection.db, await detectCapabilities(connection.db))
    assert.deepEqual(unseen, {})
    return [...policyRules, ...securityRules]
      .flatMap((rule) => rule.judge(seen, { now: '', statisticsMinutes: null }).findings)
      .filter(
        ({ metadata: { schema, name } }) => schema === 'supascope' || /^ingest_/.test(`${name}`),
      )
      .map(({ cacheKey }) => cacheKey)
      .toSorted()
  } finally {
    await connection.close()
  }
}

for (const version of [15, 17, 18] as const) {
  test(`nothing is found in what we make on ${version}, and what is planted there is`, async () => {
    const database = await testDatabase({ version, migrated: true })
    await asAdmin(
      database,
      `alter role authenticator in database ${database.name} set pgrst.db_schemas = 'public, supascope'`,
    )
    assert.deepEqual(await findings(database), [])
    await asAdmin(
      database,
      `grant usage on schema supascope to anon;
      create function supascope.planted() returns int language sql security definer as 'select 1';
      grant execute on function supascope.planted() to anon;
      create materialized view supascope.planted_view as select 1 as a;
      grant select on supascope.planted_view to anon;
      create table supascope.planted_table (user_id uuid);
      create policy planted on supascope.planted_table using (user_id = auth.uid())`,
    )
    assert.deepEqual(await findings(database), [
      'anon_security_definer_function_executable:supascope.planted()',
      'function_search_path_mutable:supascope.planted()',
      'materialized_view_in_api:supascope.planted_view',
      'policy_auth_call_per_row:supascope.planted_table.planted',
      'policy_exists_rls_disabled:supascope.planted_table',
    ])
  })
}
