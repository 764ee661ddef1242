/** schema/check.schema.json describes what `check --format json` prints, and all of it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { CheckReport } from '../../src/check-report.ts'
import { renderCheck } from '../../src/render/index.ts'
import { anyCheck } from '../fixtures/any-check.ts'
import { checkedDatabase } from '../fixtures/checked-database.ts'
import { publishedSchema } from '../published-schema.ts'

const { open, strict, undescribed } = publishedSchema('check')

function json(report: CheckReport): Record<string, unknown> {
  return JSON.parse(renderCheck(report, 'json'))
}

test('every check has the fields of the published schema, and no other', () => {
  fc.assert(
    fc.property(anyCheck, (report) => {
      assert.equal(strict(json(report)), '')
    }),
    { numRuns: 200 },
  )
  assert.equal(strict(json(checkedDatabase())), '')
})

test('the schema leaves room for fields to come, and for no others to go', () => {
  const report = json(checkedDatabase())
  assert.equal(open({ ...report, later: 1 }), '')
  assert.match(strict({ ...report, later: 1 }), /must NOT have additional properties/)
  for (const field of Object.keys(report)) {
    const { [field]: _, ...rest } = report
    assert.match(open(rest), /must have required property/, field)
  }
})

test('the schema describes each of its fields', () => {
  assert.deepEqual(undescribed, [])
})
