import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openCollector } from '../../test/collector.ts'
import { ownServer, testDatabase } from '../../test/database.ts'
import { connect, detectCapabilities, type StatementStatistics } from '../db/index.ts'
import type { ScopeError } from '../errors.ts'
import { readLifetime } from './read-lifetime.ts'
import { isBefore, requireStatistics } from './require-statistics.ts'
import { takeSnapshot } from './take-snapshot.ts'

const role = { name: 'app', superuser: false, bypassRls: false, readAllStats: true }
const statements: StatementStatistics = {
  schema: 'extensions',
  version: '1.11',
  availableVersion: '1.11',
  loaded: true,
  maxEntries: 5_000,
  track: 'top',
}

function refusal(
  facts: Parameters<typeof requireStatistics>[0],
): Pick<ScopeError, 'code' | 'hint'> {
  try {
    requireStatistics(facts)
  } catch (error) {
    return error as ScopeError
  }
  throw new Error('nothing was refused')
}

test('names what is missing, with its remedy', () => {
  assert.equal(requireStatistics({ statements, role }), statements)
  const cases = [
    [
      { statements: null, role },
      'SCOPE_PGSS_MISSING',
      'create extension pg_stat_statements with schema extensions;',
    ],
    [
      { statements: { ...statements, loaded: false }, role },
      'SCOPE_PGSS_NOT_LOADED',
      'shared_preload_libraries',
    ],
    [
      { statements: { ...statements, version: '1.8' }, role },
      'SCOPE_PGSS_OUTDATED',
      'alter extension pg_stat_statements update;',
    ],
    [
      { statements, role: { ...role, readAllStats: false } },
      'SCOPE_PGSS_UNREADABLE',
      'grant pg_monitor to app;',
    ],
    [
      { statements, role: { ...role, name: 'My "app"', readAllStats: false } },
      'SCOPE_PGSS_UNREADABLE',
      'to "My ""app""";',
    ],
  ] as const
  for (const [facts, code, remedy] of cases) {
    const { code: actual, hint } = refusal(facts)
    assert.equal(actual, code)
    assert.ok(hint.includes(remedy), hint)
  }
})

test('compares versions by number', () => {
  assert.ok(isBefore('1.9', 1, 10))
  assert.ok(!isBefore('1.10', 1, 9))
  assert.ok(!isBefore('1.10', 1, 10))
  assert.ok(isBefore('0.9', 1, 0))
  assert.ok(!isBefore('2.0', 1, 12))
})

test('a role that sees only its own statements is told so', async (t) => {
  const { adminUrl, url, roleUrl } = await testDatabase({ migrated: true })
  const collector = await openCollector(url, adminUrl)
  t.after(() => collector.close())
  const name = `app_${process.pid}`
  await collector.run('supabase_admin', `create role ${name} login password 'postgres'`)
  await collector.run('supabase_admin', `grant usage on schema extensions to ${name}`)
  const connection = await connect({ url: roleUrl(name) })
  t.after(() => connection.close())
  const capabilities = await detectCapabilities(connection.db)
  for (const attempt of [readLifetime, takeSnapshot]) {
    await assert.rejects(attempt(connection.db, capabilities), { code: 'SCOPE_PGSS_UNREADABLE' })
  }
})

test('works with every version of the extension from 1.9 on', async (t) => {
  for (const [server, versions] of [
    [15, ['1.9', '1.10']],
    [17, ['1.9', '1.10', '1.11']],
    [18, ['1.10', '1.11', '1.12']],
  ] as const) {
    const { adminUrl, url } = await testDatabase({ version: server, migrated: true })
    const admin = await openCollector(url, adminUrl)
    t.after(() => admin.close())
    for (const version of versions) {
      await admin.run(
        'supabase_admin',
        'drop extension pg_stat_statements cascade',
        `create extension pg_stat_statements with schema extensions version '${version}'`,
      )
      const collector = await openCollector(url, adminUrl)
      assert.equal((await collector.snapshot()).kind, 'baseline')
      await collector.run('anon', `select 1, 2, '${version}'`)
      const taken = await collector.snapshot()
      assert.deepEqual([taken.kind, taken.gaps], ['delta', 0], `${server} with ${version}`)
      const lifetime = await readLifetime(collector.db, collector.capabilities)
      assert.ok(lifetime.statements.some(({ text }) => text === 'select $1, $2, $3'))
      assert.ok(!lifetime.statements.some(({ text }) => text?.includes('/* supascope */')))
      await collector.close()
    }
  }
})

test('an extension that lacks a column of its version is named', async (t) => {
  const { adminUrl, url } = await testDatabase({ migrated: true })
  const collector = await openCollector(url, adminUrl)
  t.after(() => collector.close())
  await collector.run(
    'supabase_admin',
    "update pg_extension set extversion = '1.12' where extname = 'pg_stat_statements'",
  )
  await assert.rejects(collector.snapshot(), { code: 'SCOPE_PGSS_UNREADABLE' })
  await assert.rejects(readLifetime(collector.db, await detectCapabilities(collector.db)), {
    code: 'SCOPE_PGSS_UNREADABLE',
  })
})

test('lifetime counters are a lower bound once entries were evicted', async (t) => {
  const server = await ownServer(t, { settings: { 'pg_stat_statements.max': 100 } })
  const admin = server.url('postgres', 'supabase_admin')
  const collector = await openCollector(server.url(), admin)
  t.after(() => collector.close())
  const before = await readLifetime(collector.db, collector.capabilities)
  assert.equal(before.evictions, 0)
  assert.ok(before.statements.every(({ mayMissCalls }) => !mayMissCalls))
  await collector.run(
    'anon',
    ...Array.from({ length: 150 }, (_, i) => `select 1${', 1'.repeat(i)}`),
  )
  const after = await readLifetime(collector.db, collector.capabilities)
  assert.ok(after.evictions > 0)
  assert.ok(after.statements.every(({ mayMissCalls }) => mayMissCalls))
  assert.ok(after.since <= after.to)
})
