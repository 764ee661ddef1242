/** The JSON Schemas that the package publishes. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'

export type Json = Record<string, unknown>

/** Says what is wrong with a value; empty if nothing is. */
type Validator = (value: unknown) => string

export interface PublishedSchema {
  /** The schema as it is published: it leaves room for additions. */
  open: Validator
  /** Without that room: what it does not list is an error. */
  strict: Validator
  /** Fields that it lists and does not explain. */
  undescribed: string[]
}

/** @param name - Of schema/<name>.schema.json. */
export function publishedSchema(name: string): PublishedSchema {
  const path = join(import.meta.dirname, '..', 'schema', `${name}.schema.json`)
  const schema: Json = JSON.parse(readFileSync(path, 'utf8'))
  return {
    open: validator(schema),
    strict: validator({ ...(closed(schema) as Json), $id: `urn:supascope:schema:closed:${name}` }),
    undescribed: undescribedFields(schema),
  }
}

function validator(of: Json): Validator {
  const isTime = (text: string): boolean => !Number.isNaN(Date.parse(text))
  const ajv = new Ajv2020({
    allErrors: true,
    allowUnionTypes: true,
    formats: { 'date-time': isTime },
  })
  const validate = ajv.compile(of)
  return (value) => (validate(value) ? '' : ajv.errorsText(validate.errors))
}

function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed)
  if (value === null || typeof value !== 'object') return value
  const copy = Object.fromEntries(Object.entries(value).map(([key, part]) => [key, closed(part)]))
  const isObject = 'properties' in copy && 'required' in copy
  return isObject ? { ...copy, additionalProperties: false } : copy
}

function undescribedFields(schema: Json): string[] {
  return Object.entries((schema.$defs ?? {}) as Record<string, Json>).flatMap(
    ([name, { properties }]) =>
      Object.entries((properties ?? {}) as Record<string, Json>)
        .filter(([, field]) => !('description' in field) && !('enum' in field))
        .map(([field]) => `${name}.${field}`),
  )
}
