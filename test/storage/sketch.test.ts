/** The SQL counts by the same bins as sketch.ts, to the last bit. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import pg from 'pg'
import {
  add,
  binOf,
  binValue,
  createSketch,
  MAX_BIN,
  MIN_BIN,
  quantile,
  type SketchCounts,
  toCounts,
  upperBorder,
} from '../../client-sdk/src/sketch.ts'
import bins from '../../client-sdk/test/golden/bins.json' with { type: 'json' }
import merges from '../../client-sdk/test/golden/merges.json' with { type: 'json' }
import { fill, type SketchInput } from '../../client-sdk/test/golden/sketch-inputs.ts'
import sketches from '../../client-sdk/test/golden/sketches.json' with { type: 'json' }
import { versions } from '../catalog/golden.ts'
import { testDatabase } from '../database.ts'

/** A sketch as SQL gives it: `idx` and `cnt` for `i` and `c`, counts as text. */
interface Merged {
  counts: SketchCounts
  quantiles: number[]
}

for (const version of versions) {
  describe(`sketches on ${version}`, () => {
    let client: pg.Client
    before(async () => {
      const { url } = await testDatabase({ version, migrated: true })
      client = new pg.Client({ connectionString: url })
      await client.connect()
    })
    after(() => client.end())

    test('the borders of the bins are the same doubles', async () => {
      const { rows } = await client.query('select supascope.sketch_borders() as borders')
      const ours = Array.from({ length: MAX_BIN - MIN_BIN + 2 }, (_, k) =>
        upperBorder(k + MIN_BIN - 1),
      )
      assert.deepEqual(rows[0].borders, ours)
    })

    test('every golden value falls into its bin', async () => {
      const values = bins.map(([value]) => value)
      const { rows } = await client.query(
        `select supascope.sketch_bin(v) as bin, supascope.sketch_bin_value(supascope.sketch_bin(v)) as value
         from unnest($1::float8[]) with ordinality u (v, place) order by place`,
        [values],
      )
      assert.deepEqual(
        rows.map(({ bin }) => bin),
        bins.map(([, bin]) => bin),
      )
      assert.deepEqual(
        rows.map(({ value }) => value),
        bins.map(([, bin = 0]) => binValue(bin)),
      )
    })

    test('any double falls into the same bin as in TypeScript', async () => {
      const values = fc.sample(fc.double({ min: 5e-324, noNaN: true }), 20_000)
      const { rows } = await client.query(
        `select supascope.sketch_bin(v) as bin
         from unnest($1::float8[]) with ordinality u (v, place) order by place`,
        [values],
      )
      assert.deepEqual(
        rows.map(({ bin }) => bin),
        values.map(binOf),
      )
    })

    for (const vector of sketches.filter(({ counts }) => counts !== null)) {
      test(`the golden sketch of ${vector.name}`, async () => {
        const parts = (vector as SketchInput).values.map((value, k) => {
          const one = createSketch()
          const failed = (vector as SketchInput).failed?.includes(k) ?? false
          add(one, value, (vector as SketchInput).weights?.[k] ?? 1, failed)
          return toCounts(one)
        })
        await assertMerged(client, parts, vector)
      })
    }

    for (const vector of merges) {
      test(`the golden merge of ${vector.name}`, async () => {
        const parts = vector.parts.flatMap((part) => {
          const counts = sketches.find(({ name }) => name === part)?.counts
          return counts ? [counts] : []
        })
        await assertMerged(client, parts, vector)
      })
    }

    test('quantiles of any data are those of TypeScript', async () => {
      const value = fc.oneof(fc.constant(0), fc.double({ min: 1e-3, max: 1e9, noNaN: true }))
      const data = fc.array(value, { minLength: 1, maxLength: 200, size: 'max' })
      for (const values of fc.sample(data, 60)) {
        const sketch = fill({ name: '', values })
        const quantiles = [0, 0.333, 0.5, 0.75, 0.95, 0.99, 1]
        const merged = await mergeInSql(client, [toCounts(sketch)], quantiles)
        assert.deepEqual(
          merged.quantiles,
          quantiles.map((q) => quantile(sketch, q)),
        )
      }
    })
  })
}

async function assertMerged(
  client: pg.Client,
  parts: SketchCounts[],
  expected: { counts: SketchCounts | null; quantiles: number[][] },
): Promise<void> {
  for (const order of [parts, parts.toReversed()]) {
    const { counts, quantiles } = await mergeInSql(
      client,
      order,
      expected.quantiles.map(([q = 0]) => q),
    )
    const { sum, ...rest } = counts
    const { sum: expectedSum, ...expectedRest } = expected.counts ?? counts
    assert.deepEqual(rest, expectedRest)
    assert.ok(Math.abs(sum - expectedSum) <= 1e-12 * expectedSum, `${sum} for ${expectedSum}`)
    assert.deepEqual(
      quantiles,
      expected.quantiles.map(([, value]) => value),
    )
  }
}

async function mergeInSql(
  client: pg.Client,
  parts: SketchCounts[],
  quantiles: number[],
): Promise<Merged> {
  const { rows } = await client.query(
    `select m.n, m.err, m.zeros as z, m.sum, m.min, m.max, m.idx as i, m.cnt as c, m.quantiles as found
     from supascope.merge_sketches(
       (select array_agg(row(
          '2026-11-15', 1, p.n, p.err, p.z, p.sum, p.min, p.max, p.i, p.c
        )::supascope.sketch)
        from jsonb_to_recordset($1) p (n bigint, err bigint, z bigint, sum float8, min float8,
          max float8, i smallint[], c bigint[])),
       $2) m`,
    [JSON.stringify(parts), quantiles],
  )
  assert.equal(rows.length, 1)
  const { found, c, ...row } = rows[0]
  const counts = {
    ...row,
    n: Number(row.n),
    err: Number(row.err),
    z: Number(row.z),
    c: c.map(Number),
  }
  return { counts, quantiles: found }
}
