/**
 * What a check costs on a schema of thousands of tables, against the query of `supabase db advisors`.
 *
 *     npm run bench -- check [--tables 2000] [--indexes 6000] [--policies 3000] [--rounds 5] [--version 17]
 */
import { parseArgs } from 'node:util'
import pg from 'pg'
import { applyMigrations, connect, detectCapabilities } from '../src/db/index.ts'
import { startPostgres } from '../src/local/postgres/index.ts'
import { compareChecks } from './check/compare-checks.ts'
import { createSchema } from './check/schema.ts'

const { values } = parseArgs({
  options: {
    tables: { type: 'string', default: '2000' },
    indexes: { type: 'string', default: '6000' },
    policies: { type: 'string', default: '3000' },
    rounds: { type: 'string', default: '5' },
    version: { type: 'string', default: '17' },
  },
})
const version = ([15, 17, 18] as const).find((each) => each === Number(values.version)) ?? 17
const size = {
  tables: Number(values.tables),
  indexes: Number(values.indexes),
  policies: Number(values.policies),
}

const server = await startPostgres({ version })
try {
  const connection = await connect({ url: server.url() })
  const client = new pg.Client({ connectionString: server.url() })
  await client.connect()
  try {
    await applyMigrations(connection.db)
    await createSchema(client, size)
    console.log(
      `PostgreSQL ${server.version}, ${size.tables} tables, ${size.indexes} indexes, ${size.policies} policies\n`,
    )
    const capabilities = await detectCapabilities(connection.db)
    const watched = { url: server.url(), db: connection.db, capabilities, client }
    await compareChecks(watched, Number(values.rounds))
  } finally {
    await client.end()
    await connection.close()
  }
} finally {
  await server.stop('immediate')
}
