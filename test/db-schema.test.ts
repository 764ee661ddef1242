/**
 * src/db/schema.ts says of every table what the database says: the compiler is asked, column by
 * column, because types leave nothing behind that a test could look at.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import pg from 'pg'
import { testDatabase } from './database.ts'

const root = join(import.meta.dirname, '..')

interface Column {
  table: string
  column: string
  type: string
  nullable: boolean
  /** Whether an insert may leave it out though it is not null. */
  generated: boolean
}

/** What the driver makes of a type. */
const driverTypes: Record<string, string> = {
  int2: 'number',
  int4: 'number',
  int8: 'string',
  oid: 'number',
  float4: 'number',
  float8: 'number',
  bool: 'boolean',
  text: 'string',
  uuid: 'string',
  timestamptz: 'Date | number',
  jsonb: 'unknown',
  interval: 'unknown',
}

async function readColumns(url: string): Promise<Column[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<Column>(`
      select 'supascope.' || c.relname as table, a.attname as column,
        not a.attnotnull as nullable,
        a.attnotnull and (a.atthasdef or a.attidentity <> '') as generated, t.typname as type
      from pg_class c
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      join pg_type t on t.oid = a.atttypid
      where c.relnamespace = 'supascope'::regnamespace and c.relkind in ('r', 'p')
        and not c.relispartition
      order by 1, a.attnum`)
    return rows
  } finally {
    await client.end()
  }
}

/** A source in which every line is a claim that the compiler must find true. */
function claims(columns: Column[]): string {
  const tables = Map.groupBy(columns, ({ table }) => table)
  const names = (list: Iterable<string>): string => [...list].map((name) => `'${name}'`).join(' | ')
  const lines = [
    `import type { InsertType, SelectType } from 'kysely'`,
    `import type { Schema } from '../../src/db/schema.ts'`,
    'type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false',
    'type Nullable<T> = null extends SelectType<T> ? true : false',
    'type Optional<T> = undefined extends InsertType<T> ? true : false',
    'type IsNever<T> = [T] extends [never] ? true : false',
    'function claim<T extends true>(): T | undefined { return undefined }',
    `claim<Same<keyof Schema, ${names(tables.keys())}>>()`,
  ]
  for (const [table, members] of tables) {
    const own = names(members.map(({ column }) => column))
    lines.push(`claim<Same<keyof Schema['${table}'], ${own}>>() // columns of ${table}`)
    for (const { column, type, nullable, generated } of members) {
      const of = `Schema['${table}']['${column}']`
      const driver = type.startsWith('_') ? 'unknown[]' : (driverTypes[type] ?? 'never')
      const told = ` // ${table}.${column}: ${type}`
      // A type that is unknown has null in it.
      if (type !== 'interval')
        lines.push(`claim<Same<Nullable<${of}>, ${nullable}>>()${told}, null?`)
      lines.push(`claim<NonNullable<SelectType<${of}>> extends ${driver} ? true : false>()${told}`)
      if (!nullable)
        lines.push(
          `claim<IsNever<InsertType<${of}>> extends true ? true : Same<Optional<${of}>, ${generated}>>()${told}, default?`,
        )
    }
  }
  return `${lines.join('\n')}\n`
}

/** What the compiler finds wrong, by line. */
async function compile(source: string): Promise<string[]> {
  mkdirSync(join(root, '.supascope'), { recursive: true })
  const folder = mkdtempSync(join(root, '.supascope', 'schema-'))
  try {
    const config = { extends: join(root, 'tsconfig.json'), include: ['claims.ts'] }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
    writeFileSync(join(folder, 'claims.ts'), source)
    const tsc = join(root, 'node_modules', '.bin', 'tsc')
    const output = await new Promise<string>((resolve) => {
      const args = [tsc, '-p', folder, '--pretty', 'false']
      execFile(process.execPath, args, (_, stdout, stderr) => resolve(stdout + stderr))
    })
    const lines = source.split('\n')
    return output.split('\n').flatMap((error) => {
      const place = /claims\.ts\((\d+),/.exec(error)?.[1]
      if (place === undefined) return error.trim() === '' || error.startsWith(' ') ? [] : [error]
      return [lines[Number(place) - 1]?.split(' // ').at(-1) ?? error]
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const { url } = await testDatabase({ version: 18, migrated: true })
const columns = await readColumns(url)

test('the types of the tables are what the database has', async () => {
  assert.ok(columns.length > 100)
  assert.deepEqual(await compile(claims(columns)), [])
})

test('a difference of whatever kind is found', async () => {
  const changed = columns.map((column) => {
    switch (`${column.table}.${column.column}`) {
      case 'supascope.jobs.error':
        return { ...column, nullable: false }
      case 'supascope.jobs.took_ms':
        return { ...column, type: 'text' }
      case 'supascope.runner.name':
        return { ...column, column: 'title' }
      case 'supascope.batches.accepted':
        return { ...column, generated: true }
      default:
        return column
    }
  })
  const found = await compile(claims(changed))
  assert.deepEqual(
    new Set(found),
    new Set([
      'supascope.jobs.error: text, null?',
      'supascope.jobs.took_ms: text',
      'columns of supascope.runner',
      'supascope.runner.title: text',
      'supascope.runner.title: text, null?',
      'supascope.batches.accepted: int4, default?',
    ]),
  )
})
