import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { buildReport } from '../src/analyze/index.ts'
import { judgeStatements } from '../src/check/index.ts'
import { render } from '../src/render/index.ts'
import type { Report } from '../src/report.ts'
import { anyWindow } from './fixtures/any-window.ts'
import { watchedWindow } from './fixtures/watched-window.ts'

type Json = Record<string, unknown>

const path = join(import.meta.dirname, '..', 'schema', 'report.schema.json')
const schema: Json = JSON.parse(readFileSync(path, 'utf8'))

function validator(of: Json): (report: unknown) => string {
  const isTime = (text: string): boolean => !Number.isNaN(Date.parse(text))
  const ajv = new Ajv2020({
    allErrors: true,
    allowUnionTypes: true,
    formats: { 'date-time': isTime },
  })
  const validate = ajv.compile(of)
  return (report) => (validate(report) ? '' : ajv.errorsText(validate.errors))
}

/** The schema without room for additions: what it does not list is an error. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed)
  if (value === null || typeof value !== 'object') return value
  const copy = Object.fromEntries(Object.entries(value).map(([key, part]) => [key, closed(part)]))
  const isObject = 'properties' in copy && 'required' in copy
  return isObject ? { ...copy, additionalProperties: false } : copy
}

const open = validator(schema)
const strict = validator({ ...(closed(schema) as Json), $id: 'urn:supascope:schema:closed' })

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
  const undescribed = Object.entries((schema.$defs ?? {}) as Record<string, Json>).flatMap(
    ([name, { properties }]) =>
      Object.entries((properties ?? {}) as Record<string, Json>)
        .filter(([, field]) => !('description' in field) && !('enum' in field))
        .map(([field]) => `${name}.${field}`),
  )
  assert.deepEqual(undescribed, [])
})
