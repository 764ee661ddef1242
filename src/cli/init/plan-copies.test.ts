import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { planCopies } from './plan-copies.ts'

const shipped = [
  { name: '20261101000000_supascope_schema', sql: "values ('20261101000000_supascope_schema')" },
  { name: '20261115000200_events', sql: "values ('20261115000200_events')" },
]
const now = new Date('2026-11-23T19:30:00Z')

test('an empty project gets all of them, in order, from now on', () => {
  assert.deepEqual(
    planCopies(shipped, [], now).map(({ file }) => file),
    ['20261123193000_supascope_schema.sql', '20261123193001_supascope_events.sql'],
  )
})

test('what is there is known whatever its file is called', () => {
  const there = [{ file: '20260101000000_renamed.sql', sql: shipped[0]?.sql ?? '' }]
  assert.deepEqual(
    planCopies(shipped, there, now).map(({ file }) => file),
    ['20261123193000_supascope_events.sql'],
  )
})

test('a second run finds nothing to do', () => {
  const first = planCopies(shipped, [], now)
  assert.deepEqual(planCopies(shipped, first, now), [])
})

test('stamps come after every other, whatever the others are', () => {
  const stamp = fc.stringMatching(/^[0-8][0-9]{3}[0-9]{10}$/)
  fc.assert(
    fc.property(fc.array(stamp, { minLength: 1 }), (stamps) => {
      const present = stamps.map((each) => ({ file: `${each}_x.sql`, sql: '' }))
      const files = planCopies(shipped, present, now).map(({ file }) => file)
      const newest = stamps.toSorted().at(-1) ?? ''
      for (const file of files) assert.ok(file.slice(0, 14) > newest, `${file} after ${newest}`)
      assert.deepEqual(files, files.toSorted())
      assert.equal(new Set(files).size, files.length)
    }),
  )
})
