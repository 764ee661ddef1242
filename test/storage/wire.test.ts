/** The SQL takes and drops what the parser takes and drops, for the same reasons. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import pg from 'pg'
import { oversized } from '../../client-sdk/test/golden/wire/sizes.ts'
import type { WireVector } from '../../client-sdk/test/golden/wire/vector.ts'
import golden from '../../client-sdk/test/golden/wire.json' with { type: 'json' }
import { versions } from '../catalog/golden.ts'
import { testDatabase } from '../database.ts'
import { connectAs, ingest } from './ingest.ts'

/** By whole minutes, so that sketches stay at the start of theirs. */
const shift = Math.floor((Date.now() - golden.now) / 60_000) * 60_000

for (const version of versions) {
  describe(`wire vectors on ${version}`, () => {
    let client: pg.Client
    before(async () => {
      const database = await testDatabase({ version, migrated: true })
      client = await connectAs(database.url)
    })
    after(() => client.end())

    for (const vector of golden.vectors as WireVector[]) {
      test(vector.name, async () => {
        // One metric is one metric for two days, whichever batch reports it.
        await client.query('delete from supascope.vital_reports')
        const text = textOf(vector)
        if (vector.refusedByJsonb) {
          await assert.rejects(ingest(client, text), pg.DatabaseError)
          await assert.rejects(client.query('select $1::jsonb', [text]), pg.DatabaseError)
        } else {
          assert.deepEqual(await ingest(client, text), answer(vector))
        }
      })
    }

    for (const vector of oversized(Date.now())) {
      test(vector.name, async () => {
        assert.deepEqual(await ingest(client, JSON.stringify(vector.payload)), answer(vector))
      })
    }
  })
}

function answer({ accepted, reasons }: WireVector): unknown {
  const dropped = Object.values(reasons).reduce((sum, times) => sum + times, 0)
  return { accepted, duplicate: false, dropped, reasons }
}

function textOf(vector: WireVector): string {
  if (vector.text !== undefined) {
    const tenth = String(golden.now / 10)
    return vector.text
      .replaceAll(tenth, String((golden.now + shift) / 10))
      .replaceAll(String(golden.now), String(golden.now + shift))
  }
  return JSON.stringify(vector.payload, (key, value) =>
    key === 't' && typeof value === 'number' && Math.abs(value - golden.now) < 1e9
      ? value + shift
      : value,
  )
}
