import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import pg from 'pg'
import { testDatabase } from '../../test/database.ts'

const source = readFileSync(new URL('./schema.ts', import.meta.url), 'utf8')

/** Type as TypeScript should write it, by the server's type. */
const types: Readonly<Record<string, string>> = {
  bool: 'boolean',
  text: 'string',
  int2: 'number',
  int4: 'number',
  oid: 'number',
  float8: 'number',
  // Exceeds what a number holds, so the driver leaves it as text.
  int8: 'string',
  timestamptz: 'Date',
  date: 'Date',
  jsonb: 'Record<string, number>',
  _int2: 'number[]',
  _int4: 'number[]',
  _float4: 'number[]',
  _float8: 'number[]',
}

/** Our own arrays of counts are written and read as numbers; ids as text. */
function typeOf(table: string, column: { name: string; type: string }): string {
  if (column.type === '_int8') return table === 'snapshots' ? 'number[]' : 'string[]'
  const type = types[column.type]
  assert.ok(type, `no TypeScript type is known for ${table}.${column.name}: ${column.type}`)
  return type
}

/** `{ table: { column: type } }` as the interfaces say, with `Generated<>` taken off. */
function declared(): Record<string, Record<string, string>> {
  const bodyOf = (name: string): { head: string; body: string } => {
    const match = new RegExp(`interface ${name}\\b([^{]*)\\{([^}]*)\\}`).exec(source)
    return { head: match?.[1] ?? '', body: match?.[2] ?? '' }
  }
  const fields = (body: string): [string, string][] =>
    [...body.matchAll(/^ {2}(\w+): (.+)$/gm)].map(([, name = '', type = '']) => [
      name,
      type.replace(/^Generated<(.*)>$/, '$1'),
    ])
  const tables = [...bodyOf('Schema').body.matchAll(/'supascope\.(\w+)': (\w+)/g)]
  return Object.fromEntries(
    tables.map(([, table = '', name = '']) => {
      const { head, body } = bodyOf(name)
      const counters = /StatementCounters<(.*)>/.exec(head)?.[1]
      const inherited = counters === undefined ? [] : fields(bodyOf('StatementCounters').body)
      return [
        table,
        Object.fromEntries([
          ...inherited.map(([column]) => [column, counters ?? '']),
          ...fields(body),
        ]),
      ]
    }),
  )
}

async function actual(): Promise<Record<string, Record<string, string>>> {
  const { url } = await testDatabase({ migrated: true })
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query<{
    table: string
    name: string
    type: string
    nullable: boolean
  }>(
    `select table_name as table, column_name as name, udt_name as type,
      is_nullable = 'YES' as nullable
    from information_schema.columns
    where table_schema = 'supascope' order by table_name, column_name`,
  )
  await client.end()
  const result: Record<string, Record<string, string>> = {}
  for (const { table, nullable, ...column } of rows) {
    const type = typeOf(table, column)
    result[table] = { ...result[table], [column.name]: nullable ? `${type} | null` : type }
  }
  return result
}

test('the types of our tables are those of the database', async () => {
  assert.deepEqual(declared(), await actual())
})
