/** How the statistics fare, read from a server of one's own: its figures are the server's. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import { ownServer, testDatabase } from '../../../test/database.ts'
import { defaults } from '../../config.ts'
import { connect, detectCapabilities } from '../../db/index.ts'
import type { FactName, SeenFacts } from '../../facts/index.ts'
import { takeSnapshot } from '../index.ts'
import { type StatementReading, withStatements } from '../report/index.ts'
import { readFacts } from './index.ts'

const only: ReadonlySet<FactName> = new Set(['statementStatistics', 'databaseActivity'])

async function read(url: string, reading: Partial<StatementReading> = {}): Promise<SeenFacts> {
  const connection = await connect({ url })
  try {
    const { db } = connection
    const capabilities = await detectCapabilities(db)
    const { top, thresholds } = defaults
    const facts = await readFacts(db, capabilities, { only })
    return await withStatements(facts, { db, capabilities }, { top, thresholds, ...reading })
  } finally {
    await connection.close()
  }
}

async function run(url: string, ...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}

async function snapshot(url: string): Promise<void> {
  const connection = await connect({ url })
  try {
    await takeSnapshot(connection.db, await detectCapabilities(connection.db))
  } finally {
    await connection.close()
  }
}

/** Statements that differ: the bits of the number choose the type of each column. */
const flood = Array.from({ length: 400 }, (_, i) => {
  return `select ${Array.from({ length: 9 }, (_, bit) => ((i >> bit) & 1 ? '1' : "'a'::text"))}`
})

test('counts the resets and evictions between snapshots', async (t) => {
  const server = await ownServer(t, { migrated: true, settings: { 'pg_stat_statements.max': 300 } })
  const url = server.url()
  await snapshot(url)
  await snapshot(url)
  const before = (await read(url)).seen.statementStatistics
  assert.equal(before?.evictions, 0)
  assert.equal(before?.recent?.evictions, 0)
  assert.equal(before?.recent?.resets, 0)
  await run(
    server.url('postgres', 'supabase_admin'),
    'select extensions.pg_stat_statements_reset()',
  )
  await snapshot(url)
  await run(url, ...flood)
  await snapshot(url)
  const { statementStatistics: now, databaseActivity } = (await read(url)).seen
  assert.equal(now?.recent?.resets, 1)
  assert.ok((now?.recent?.evictions ?? 0) > 0)
  assert.ok(now?.recent?.lastResetAt != null)
  assert.equal(now?.maxEntries, 300)
  assert.ok((databaseActivity?.recent?.commits ?? 0) > 0)
})

test('a role without rights learns that it sees nothing, and not more', async () => {
  const database = await testDatabase({ migrated: true })
  await snapshot(database.url)
  await snapshot(database.url)
  const { seen, unseen } = await read(database.roleUrl('supabase_auth_admin'))
  assert.equal(seen.statementStatistics?.readable, false)
  assert.equal(seen.statementStatistics?.entries, null)
  assert.equal(seen.statementStatistics?.recent, null)
  assert.equal(seen.databaseActivity?.recent, null)
  assert.equal(seen.statements, undefined)
  assert.ok(unseen.statements !== undefined)
})

test('counters that are too young are not judged, and it says when to come back', async (t) => {
  const server = await ownServer(t, { migrated: true })
  await snapshot(server.url())
  await snapshot(server.url())
  const { seen, unseen } = await read(server.url(), { leastMinutes: 1_000 })
  assert.equal(seen.statements, undefined)
  assert.match(unseen.statements?.why ?? '', /counted for \d+ min only/)
  assert.match(unseen.statements?.remedy ?? '', /^run the check again in (1000|9\d\d) min$/)
  const judged = await read(server.url(), { leastMinutes: 0 })
  assert.equal(judged.seen.statements?.window.source, 'snapshots')
})

test('where snapshots have just begun, older counters are judged', async (t) => {
  const server = await ownServer(t, { migrated: true })
  const url = server.url()
  await snapshot(url)
  await snapshot(url)
  const shortest = (await read(url, { leastMinutes: 0 })).seen.statements
  // Longer than the snapshots, shorter than the counters.
  const leastMinutes = (shortest?.minutes ?? 0) + 1e-6
  const longer = (await read(url, { leastMinutes })).seen.statements
  assert.equal(shortest?.window.source, 'snapshots')
  assert.equal(longer?.window.source, 'lifetime')
})

test('without the extension its absence is a fact, and statements are unseen', async () => {
  const database = await testDatabase()
  await run(database.adminUrl, 'drop extension pg_stat_statements cascade')
  const { seen, unseen } = await read(database.url)
  assert.equal(seen.statementStatistics?.installed, null)
  assert.equal(seen.statementStatistics?.loaded, true)
  assert.match(unseen.statements?.why ?? '', /pg_stat_statements/)
})
