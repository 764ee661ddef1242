/** What the findings on tables advise runs as it stands, and ends the finding. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import { runRules } from '../../src/check/index.ts'
import { tableRules } from '../../src/check/tables/index.ts'
import { readFacts } from '../../src/collect/catalog/index.ts'
import { connect, detectCapabilities } from '../../src/db/index.ts'
import type { Finding } from '../../src/finding.ts'
import { testDatabase } from '../database.ts'
import { tableCases } from './cases/tables/index.ts'

/** Those whose remedy is SQL that mends at once; the others' takes time, or a decision. */
const mendable = new Set([
  'autovacuum_off',
  'column_types',
  'duplicate_foreign_key',
  'foreign_key_type',
  'no_primary_key',
  'sequence_exhaustion',
  'unvalidated_constraint',
])

/** Their columns are for the team to choose. */
const choices = new Set([
  'no_primary_key:public.no_primary_key_p',
  'no_primary_key:public.column_types_p',
])

for (const version of [15, 17, 18] as const) {
  test(`every remedy runs and mends on ${version}`, async (t) => {
    const database = await testDatabase({ version, migrated: true })
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    const { db, close } = await connect({ url: database.url })
    t.after(async () => {
      await close()
      await client.end()
    })
    for (const { rule, plant, versions } of tableCases) {
      const wanted = mendable.has(rule) && (versions?.includes(version) ?? true)
      if (wanted && typeof plant === 'string') await client.query(plant)
    }
    const find = async (): Promise<Finding[]> => {
      const facts = await readFacts(db, await detectCapabilities(db))
      const context = { now: facts.seen.server?.now ?? '', statisticsMinutes: null }
      return runRules(tableRules, facts, context, { only: [...mendable] }).findings
    }
    const found = await find()
    assert.deepEqual(new Set(found.map(({ name }) => name)), mendable)
    for (const { remediation, cacheKey } of found) {
      await client.query(remediation).catch((error: Error) => {
        throw new Error(`${cacheKey}: ${error.message}\n${remediation}`)
      })
    }
    const left = (await find()).map(({ cacheKey }) => cacheKey)
    assert.deepEqual(
      left.filter((key) => !choices.has(key)),
      [],
    )
  })
}
