import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Facts, IndexFacts, PolicyFacts, TableFacts } from '../../facts/index.ts'
import { parseExpression } from '../../syntax/index.ts'
import { policyAuthCallPerRow } from './policy-auth-call-per-row.ts'

/** The level that the rule gives a policy on a table `notes` of so many rows. */
function level(
  condition: string,
  { rows = 2_000_000, check = false, ...index }: Partial<IndexFacts> & Case = {},
): string | undefined {
  const parsed = parseExpression(condition)
  assert.ok(parsed.ok)
  const expression = { text: condition, tree: parsed.tree }
  const policy = {
    ...{ oid: 3, tableOid: 1, schema: 'public', table: 'notes', name: 'own', roles: [] },
    ...{ command: 'all', permissive: true, functions: [] },
    ...{ using: check ? null : expression, check: check ? expression : null },
  } satisfies PolicyFacts
  const facts: Pick<Facts, 'policies' | 'tables' | 'indexes'> = {
    policies: [policy],
    tables: [table(1, 'notes', rows), table(2, 'members', 20)],
    indexes: [{ ...plainIndex, ...index }],
  }
  const { findings } = policyAuthCallPerRow.judge(facts, { now: '', statisticsMinutes: null })
  return findings[0]?.level
}

interface Case {
  rows?: number | null
  check?: boolean
}

function table(oid: number, name: string, rows: number | null): TableFacts {
  const whole = { oid, name, rows, schema: 'public', kind: 'table', partitionOf: null }
  return whole as unknown as TableFacts
}

const plainIndex = {
  ...{
    oid: 9,
    tableOid: 1,
    schema: 'public',
    table: 'notes',
    name: 'notes_owner',
    method: 'btree',
  },
  ...{ keys: [{ column: 2, text: 'owner' }], predicate: null, valid: true, partitioned: false },
} as unknown as IndexFacts

describe('the level of a call in a policy', () => {
  it('follows the rows that it is run for', () => {
    assert.equal(level('(user_id = auth.uid())'), 'ERROR')
    assert.equal(level('(user_id = auth.uid())', { rows: 999_999 }), 'WARN')
    assert.equal(level('(user_id = auth.uid())', { rows: 9_999 }), 'INFO')
    assert.equal(level('(user_id = auth.uid())', { rows: null }), 'WARN')
    assert.equal(level('(user_id = auth.uid())', { check: true }), 'INFO')
    assert.equal(level('(user_id = ( SELECT auth.uid() AS uid))'), undefined)
  })

  it('is low where an index answers the comparison, or finds the rows first', () => {
    assert.equal(level('(owner = auth.uid())'), 'INFO')
    assert.equal(level('(auth.uid() = owner)'), 'INFO')
    assert.equal(level("((owner = 7) AND (a = (auth.jwt() ->> 'a'::text)))"), 'INFO')
    assert.equal(
      level('((owner IN ( SELECT m.id FROM public.members m)) AND (a = auth.uid()))'),
      'INFO',
    )
  })

  it('is not, where the index does not help', () => {
    const condition = '(owner = auth.uid())'
    assert.equal(level(condition, { predicate: 'b' }), 'ERROR')
    assert.equal(level(condition, { valid: false }), 'ERROR')
    assert.equal(level(condition, { method: 'gin' }), 'ERROR')
    assert.equal(level('(owner > auth.uid())', { method: 'hash' }), 'ERROR')
    assert.equal(level('((owner = auth.uid()) OR shared)'), 'ERROR')
    assert.equal(level('(NOT (owner = auth.uid()))'), 'ERROR')
    assert.equal(level('((owner)::text = (auth.uid())::text)'), 'ERROR')
    assert.equal(level('(owner = pick(a, auth.uid()))'), 'ERROR')
  })

  it('goes by the table that a sub-select reads, and by both where it is run for each row', () => {
    const members = 'SELECT m.org FROM public.members m WHERE '
    assert.equal(level(`(org IN ( ${members} (m.user_id = auth.uid())))`), 'INFO')
    const each = `(EXISTS ( ${members} ((m.org = notes.org) AND (m.user_id = auth.uid()))))`
    assert.equal(level(each), 'WARN')
    assert.equal(level(each, { rows: 100 }), 'INFO')
  })
})
