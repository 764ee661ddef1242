/** What one rule says to create no rule says to drop, whatever the schema; and the reverse. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  foreignKey,
  index,
  indexFacts,
  indexUsage,
  key,
  letter,
  tableUsage,
} from '../../../test/fixtures/index-facts.ts'
import type { Facts, IndexFacts } from '../../facts/index.ts'
import type { Finding } from '../../finding.ts'
import { foreignKeySupport } from './foreign-key-support.ts'
import { indexRules } from './index.ts'

const context = { now: '2026-11-23T12:00:00.000Z', statisticsMinutes: 60 * 24 * 60 }

const columnSet = fc.uniqueArray(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 })
const someIndex = fc.record({
  columns: columnSet,
  unique: fc.boolean(),
  primary: fc.boolean(),
  constraint: fc.constantFrom(null, null, 'c'),
  method: fc.constantFrom('btree', 'btree', 'btree', 'hash', 'brin'),
  predicate: fc.constantFrom(null, null, null, 'a IS NOT NULL', 'b > 0'),
  included: fc.constantFrom([], [], [4]),
  descending: fc.boolean(),
  scans: fc.constantFrom(0, 0, 3, 1_000_000),
  valid: fc.constantFrom(true, true, true, false),
})
const schema = fc.record({
  indexes: fc.array(someIndex, { maxLength: 7 }),
  keys: fc.array(columnSet, { maxLength: 4 }),
  arrays: fc.boolean(),
})

function factsOf(given: typeof schema extends fc.Arbitrary<infer T> ? T : never): Facts {
  const indexes = given.indexes.map((one, i) => {
    const { columns, method, descending, scans: _, primary, unique, ...rest } = one
    const used = method === 'hash' ? columns.slice(0, 1) : columns
    return index(100 + i, used, {
      ...rest,
      constraint: rest.constraint === null ? null : `i${100 + i}`,
      method,
      primary: primary && method === 'btree',
      unique: (unique || primary) && method === 'btree',
      keys: used.map((number) => key(number, { descending, nullsFirst: descending })),
      definition: `CREATE INDEX i${100 + i} ON public.t USING ${method} (${used.map(letter).join(', ')})`,
    })
  })
  const facts = indexFacts({
    indexes,
    constraints: given.keys.map((columns, i) => foreignKey(500 + i, columns)),
    indexUsage: given.indexes.map(({ scans }, i) => indexUsage(100 + i, { scans })),
    tableUsage: [
      tableUsage(1, { inserted: 10_000_000, seqScans: 50_000_000, updated: 1_000_000 }),
      tableUsage(2, { deleted: 1000 }),
    ],
    updatedColumns: [{ tableOid: 1, column: 'a', updates: 1000, statementUpdates: 1000 }],
  })
  const columns = facts.columns.map((one) => ({
    ...one,
    nullShare: one.number === 1 ? 0.9 : 0,
    ...(given.arrays && one.number === 2 ? { type: 'integer[]', typeName: '_int4' } : {}),
  }))
  return { ...facts, columns }
}

function findingsOf(facts: Facts): Finding[] {
  return indexRules.flatMap((rule) => rule.judge(facts, context).findings)
}

const dropped = (findings: readonly Finding[]): Set<string> =>
  new Set(
    findings.flatMap(({ remediation }) =>
      Array.from(
        remediation.matchAll(
          /^(?:drop index (?:concurrently )?public\.|alter table public\.t drop constraint )(\w+);$/gm,
        ),
        ([, name]) => name ?? '',
      ),
    ),
  )

/** The indexes that a remedy makes, as facts. */
function made(findings: readonly Finding[], from: number): IndexFacts[] {
  const statements = new Set(
    findings.flatMap(({ remediation }) =>
      remediation.split('\n').filter((line) => /^create /i.test(line)),
    ),
  )
  return [...statements].map((statement, i) => {
    const found =
      /^create (unique )?index concurrently (\w+) on public\.t (?:using (\w+) )?\(([a-d, ]+)\)(?: INCLUDE \(d\))?(?: where (.*))?;$/i.exec(
        statement,
      )
    assert.ok(found, statement)
    const [, unique, name = '', method = 'btree', keys = '', where] = found
    const columns = keys.split(', ').map((column) => column.charCodeAt(0) - 96)
    return index(from + i, columns, {
      name,
      method,
      unique: unique !== undefined,
      predicate: where?.replace(' is not null', ' IS NOT NULL') ?? null,
    })
  })
}

function applied(facts: Facts, findings: readonly Finding[], from: number): Facts {
  const gone = dropped(findings)
  const made_ = made(findings, from)
  const indexes = [...facts.indexes.filter(({ name }) => !gone.has(name)), ...made_]
  const usage = new Map(facts.indexUsage.map((one) => [one.oid, one]))
  return {
    ...facts,
    indexes,
    indexUsage: indexes.map(({ oid }) => usage.get(oid) ?? indexUsage(oid)),
  }
}

test('no advice to drop leaves a foreign key without the index that served it', () => {
  fc.assert(
    fc.property(schema, (given) => {
      const facts = factsOf(given)
      const before = foreignKeySupport(facts).unsupported.map(({ name }) => name)
      const gone = dropped(findingsOf(facts))
      const indexes = facts.indexes.filter(({ name }) => !gone.has(name))
      const rebuilt = made(
        findingsOf(facts).filter(({ name }) => name !== 'unindexed_foreign_keys'),
        900,
      )
      const after = foreignKeySupport({ ...facts, indexes: [...indexes, ...rebuilt] })
      assert.deepEqual(
        after.unsupported.filter(({ name }) => !before.includes(name)),
        [],
      )
    }),
    { numRuns: 2000 },
  )
})

test('what is created for foreign keys serves them, and is never advised to be dropped', () => {
  fc.assert(
    fc.property(schema, (given) => {
      const facts = factsOf(given)
      const advice = findingsOf(facts).filter(({ name }) => name === 'unindexed_foreign_keys')
      const made_ = made(advice, 900).map(({ name }) => name)
      const after = applied(facts, advice, 900)
      assert.deepEqual(foreignKeySupport(after).unsupported, [])
      const gone = dropped(findingsOf(after).filter(({ name }) => !rebuilds.has(name)))
      assert.deepEqual(
        made_.filter((name) => gone.has(name)),
        [],
      )
    }),
    { numRuns: 2000 },
  )
})

/** They make another index in the place of the one that they drop. */
const rebuilds = new Set(['partial_index_candidate', 'null_led_index'])

test('following all advice at once comes to rest', () => {
  fc.assert(
    fc.property(schema, (given) => {
      let facts = factsOf(given)
      for (let round = 0; round < 6; round++)
        facts = applied(facts, settling(facts), 1000 + 100 * round)
      assert.deepEqual(
        settling(facts).map(({ cacheKey }) => cacheKey),
        [],
      )
    }),
    { numRuns: 1000 },
  )
})

/** Foreign keys and redundancy: what doesn't depend on what is read. */
function settling(facts: Facts): Finding[] {
  const names = [
    'unindexed_foreign_keys',
    'duplicate_index',
    'index_doubles_constraint',
    'redundant_index',
    'unused_index',
  ]
  return findingsOf(facts).filter(({ name }) => names.includes(name))
}

test('no two rules keep an index for each other’s sake: what is read stays readable', () => {
  fc.assert(
    fc.property(schema, (given) => {
      const facts = factsOf(given)
      const gone = dropped(settling(facts))
      const kept = new Set(facts.indexes.flatMap(({ name }) => (gone.has(name) ? [] : name)))
      for (const { name, metadata } of findingsOf(facts)) {
        if (typeof metadata.kept !== 'string') continue
        const read = facts.indexUsage.some(
          ({ oid, scans }) =>
            scans > 0 && facts.indexes.some((one) => one.oid === oid && one.name === metadata.name),
        )
        assert.ok(
          !read || kept.has(metadata.kept),
          `${name}: ${metadata.name} and ${metadata.kept}`,
        )
      }
    }),
    { numRuns: 2000 },
  )
})
