import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { buildReport } from '../src/analyze/index.ts'
import { judgeStatements } from '../src/check/index.ts'
import { render } from '../src/render/index.ts'
import type { Report } from '../src/report.ts'
import { anyWindow } from './fixtures/any-window.ts'
import { watchedWindow } from './fixtures/watched-window.ts'
import { type Json, publishedSchema } from './published-schema.ts'

const { open, strict, undescribed } = publishedSchema('report')

function json(report: Report): Json {
  return JSON.parse(render(report, 'json'))
}

test('every report has the fields of the published schema, and no other', () => {
  fc.assert(
    fc.property(anyWindow, (input) => {
      assert.equal(strict(json(buildReport(input, judgeStatements))), '')
    }),
    { numRuns: 200 },
  )
  assert.equal(strict(json(buildReport(watchedWindow(), judgeStatements))), '')
})

test('the schema leaves room for fields to come, and for no others to go', () => {
  const report = json(buildReport(watchedWindow(), judgeStatements))
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
