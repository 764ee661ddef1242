import pg from 'pg'
import { connect } from '../../src/db/connect.ts'
import { applyMigrations } from '../../src/db/migrations.ts'
import {
  localUrl,
  type PostgresServer,
  preloadedLibraries,
  startPostgres,
} from '../../src/local/postgres/index.ts'
import { availability, type ServerKind } from './kinds.ts'

/** Databases that tests' databases are copied from. */
export const templateNames = { bare: 'template_bare', migrated: 'template_migrated' } as const

/** A shared server as it travels to the test processes. */
export type SharedServer =
  | { port: number; version: string; migrationError?: string }
  | { unavailable: string }

export interface StartedServer {
  address: SharedServer
  stop(): Promise<void>
}

/** Starts one server of a kind for all test files, with the databases to copy ready in it. */
export async function startShared(kind: ServerKind): Promise<StartedServer> {
  const found = await availability(kind)
  if (!found.available) {
    return { address: { unavailable: found.reason }, stop: () => Promise.resolve() }
  }
  const server = await startPostgres({
    ...found.start,
    settings: {
      max_connections: 200,
      // Each test brings a database of its own, whose statements are kept apart.
      'pg_stat_statements.max': 20_000,
      // Without pg_cron, whose worker stays in the database that is to be copied.
      shared_preload_libraries: preloadedLibraries.join(','),
    },
  })
  try {
    const migrationError = await makeTemplates(server)
    const { port, version } = server
    const address = { port, version, ...(migrationError !== undefined && { migrationError }) }
    return { address, stop: () => server.stop('immediate') }
  } catch (error) {
    await server.stop('immediate')
    throw error
  }
}

/** Runs statements one by one as the superuser, in a database that nobody copies any more. */
export async function asAdmin(port: number, ...statements: string[]): Promise<void> {
  await runAll(localUrl(port, 'postgres', 'supabase_admin'), statements)
}

export async function runAll(url: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}

export function createFrom(template: string, name: string): string {
  return `create database ${name} template ${template} owner postgres strategy file_copy`
}

/** @returns why the migrations can't be applied, which only tests that need them care about. */
async function makeTemplates(server: PostgresServer): Promise<string | undefined> {
  const { bare, migrated } = templateNames
  // A database in use can't be copied, so not from `postgres` itself.
  const elsewhere = server.url('template1', 'supabase_admin')
  await runAll(elsewhere, [createFrom('postgres', bare), createFrom(bare, migrated)])
  const migrationError = await migrate(server.url(migrated)).then(
    () => undefined,
    (error: unknown) => String(error),
  )
  // Nobody may connect from now on, for the same reason.
  await asAdmin(
    server.port,
    `alter database ${bare} allow_connections false`,
    `alter database ${migrated} allow_connections false`,
  )
  return migrationError
}

/** Applies the shipped migrations as the role of the URL. */
export async function migrate(url: string): Promise<void> {
  const connection = await connect({ url })
  try {
    await applyMigrations(connection.db)
  } finally {
    await connection.close()
  }
}
