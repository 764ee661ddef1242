import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Capabilities } from './capabilities.ts'
import { type SchemaState, schemaProblem, schemaState } from './schema-state.ts'

const shipped = [
  { name: '1_ledger', sql: 'create table supascope.schema_migrations (name text);' },
  {
    name: '2_data',
    sql: 'create unlogged table supascope.a (x int); create table supascope.b ();',
  },
  { name: '3_rename', sql: 'drop table supascope.b; create table if not exists supascope.c ();' },
]

function state(
  ledger: [name: string, breaking?: boolean][] | null,
  objects: string[] | null = ['schema_migrations', 'a', 'c'],
): SchemaState {
  return schemaState(
    {
      migrations: ledger?.map(([name, breaking = false]) => ({ name, breaking })) ?? null,
      schema: objects && { owner: 'postgres', objects: new Set(objects) },
      role: { name: 'me' } as Capabilities['role'],
    },
    shipped,
  )
}

const all: [string][] = [['1_ledger'], ['2_data'], ['3_rename']]

describe('schemaState', () => {
  it('is current if all is applied and there, but for what a later migration dropped', () => {
    assert.equal(state(all).state, 'current')
    assert.equal(schemaProblem(state(all)), null)
  })

  it('is missing without the schema, and with a schema that has no ledger', () => {
    assert.equal(state(null, null).state, 'missing')
    assert.equal(state(null, []).state, 'missing')
    assert.equal(schemaProblem(state(null, null))?.code, 'SCOPE_SCHEMA_MISSING')
  })

  it('is unreadable if the ledger is there and not shown', () => {
    assert.equal(schemaProblem(state(null))?.code, 'SCOPE_DB_PRIVILEGE')
  })

  it('is outdated if a migration is not applied, whichever it is', () => {
    assert.deepEqual(state([['1_ledger'], ['3_rename']]).pending, ['2_data'])
    assert.equal(schemaProblem(state([['1_ledger'], ['2_data']]))?.code, 'SCOPE_SCHEMA_OUTDATED')
  })

  it('is newer if an unknown migration is breaking; another unknown one is only named', () => {
    const harmless = state([...all, ['4_more']])
    assert.deepEqual([harmless.state, harmless.newer], ['current', ['4_more']])
    const breaking = state([...all, ['4_more', true]])
    assert.equal(schemaProblem(breaking)?.code, 'SCOPE_SCHEMA_NEWER')
    assert.match(schemaProblem(breaking)?.message ?? '', /4_more/)
  })

  it('is not called broken for what a newer program may have changed', () => {
    assert.equal(state([...all, ['4_more']], ['schema_migrations']).state, 'current')
  })

  it('is broken if a table is gone; the remedy drops what is left of that migration only', () => {
    const broken = state(all, ['schema_migrations', 'c'])
    assert.deepEqual(broken.damaged, [{ migration: '2_data', missing: ['a'], present: [] }])
    const hint = schemaProblem(broken)?.hint ?? ''
    assert.match(hint, /delete from supascope\.schema_migrations where name in \('2_data'\);/)
    assert.doesNotMatch(hint, /drop table/)
  })
})
