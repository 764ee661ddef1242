/**
 * Databases for tests.
 *
 * `testDatabase()` copies one in milliseconds on a server that all test files share; `ownServer()`
 * starts one for a single test. pg_stat_statements, roles and settings belong to the server and not
 * to a database: a test that counts all entries, evicts or resets them, crashes the server, changes
 * a setting or uses pg_cron must have its own server.
 */
import { randomBytes } from 'node:crypto'
import type { TestContext } from 'node:test'
import {
  localUrl,
  type PostgresServer,
  type Settings,
  startPostgres,
} from '../src/local/postgres/index.ts'
import { availability, type ServerKind } from './servers/kinds.ts'
import {
  asAdmin,
  createFrom,
  migrate,
  runAll,
  type SharedServer,
  startShared,
  templateNames,
} from './servers/shared.ts'

export { type ServerKind, serverKinds } from './servers/kinds.ts'

/** Holds the shared servers' addresses as JSON, set by the test runner. */
export const testServersVariable = 'SUPASCOPE_TEST_SERVERS'

export interface TestDatabaseOptions {
  /** @defaultValue 17 */
  version?: ServerKind
  /** Whether the shipped migrations are applied. @defaultValue false */
  migrated?: boolean
  /** Extensions to create in schema `extensions`, as Supabase's dashboard would. */
  extensions?: readonly string[]
}

/** A Supabase-shaped database that one test file has to itself. */
export interface TestDatabase {
  readonly name: string
  /** What the server calls itself: `17.10`. */
  readonly version: string
  readonly port: number
  /** As `postgres`, which is no superuser. */
  readonly url: string
  /** As the superuser `supabase_admin`. */
  readonly adminUrl: string
  roleUrl(role: string): string
  /** Ends its connections too. Optional: the server is thrown away at the end. */
  drop(): Promise<void>
}

/** @throws Error if the machine can't have that server: ask {@link unavailable} first. */
export async function testDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const kind = options.version ?? 17
  const server = await sharedServer(kind)
  if ('unavailable' in server) throw new Error(`no server ${kind}: ${server.unavailable}`)
  const template = options.migrated ? templateNames.migrated : templateNames.bare
  if (options.migrated && server.migrationError !== undefined) {
    throw new Error(`the migrations can't be applied: ${server.migrationError}`)
  }
  const { port, version } = server
  const name = `test_${randomBytes(6).toString('hex')}`
  await asAdmin(port, createFrom(template, name))
  const roleUrl = (role: string): string => localUrl(port, name, role)
  const adminUrl = roleUrl('supabase_admin')
  await createExtensions(adminUrl, options.extensions ?? [])
  const drop = (): Promise<void> => asAdmin(port, `drop database if exists ${name} with (force)`)
  return { name, version, port, url: roleUrl('postgres'), adminUrl, roleUrl, drop }
}

/**
 * A server for one test, stopped with it: end your connections in the test, since hooks run in the
 * order in which they were made. Its database `postgres` is Supabase-shaped; on Debian's
 * servers pg_cron is loaded and works in it.
 */
export async function ownServer(
  t: Pick<TestContext, 'after'>,
  options: TestDatabaseOptions & { settings?: Settings } = {},
): Promise<PostgresServer> {
  const kind = options.version ?? 17
  const found = await availability(kind)
  if (!found.available) throw new Error(`no server ${kind}: ${found.reason}`)
  const server = await startPostgres({ ...found.start, settings: options.settings ?? {} })
  t.after(() => server.stop('immediate'))
  await createExtensions(server.url('postgres', 'supabase_admin'), options.extensions ?? [])
  if (options.migrated) await migrate(server.url())
  return server
}

/**
 * Why this machine can't have a kind of server, or false: `test(name, { skip: await
 * unavailable('trixie17') }, …)`.
 */
export async function unavailable(kind: ServerKind): Promise<string | false> {
  const given = givenServers()?.[kind]
  if (given !== undefined) return 'unavailable' in given ? given.unavailable : false
  const found = await availability(kind)
  return found.available ? false : found.reason
}

/** Starts the servers that all test files share; `environment` hands them to the test processes. */
export async function startTestServers(kinds: readonly ServerKind[]): Promise<{
  environment: Record<string, string>
  /** Kinds that this machine can't have. */
  skipped: { kind: ServerKind; reason: string }[]
  stop(): Promise<void>
}> {
  const started = await Promise.allSettled(
    kinds.map(async (kind) => ({ kind, ...(await startShared(kind)) })),
  )
  const servers = started.flatMap((result) => (result.status === 'fulfilled' ? result.value : []))
  const stop = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.stop()))
  }
  const failed = started.find((result) => result.status === 'rejected')
  if (failed !== undefined) {
    await stop()
    throw failed.reason
  }
  const addresses = Object.fromEntries(servers.map(({ kind, address }) => [kind, address]))
  return {
    environment: { [testServersVariable]: JSON.stringify(addresses) },
    skipped: servers.flatMap(({ kind, address }) =>
      'unavailable' in address ? { kind, reason: address.unavailable } : [],
    ),
    stop,
  }
}

const started = new Map<ServerKind, Promise<SharedServer>>()

/** The runner's server; without a runner, one that ends with this process. */
function sharedServer(kind: ServerKind): Promise<SharedServer> {
  const given = givenServers()?.[kind]
  if (given !== undefined) return Promise.resolve(given)
  const server = started.get(kind) ?? startShared(kind).then(({ address }) => address)
  started.set(kind, server)
  return server
}

function givenServers(): Partial<Record<ServerKind, SharedServer>> | undefined {
  const text = process.env[testServersVariable]
  return text === undefined ? undefined : JSON.parse(text)
}

async function createExtensions(adminUrl: string, names: readonly string[]): Promise<void> {
  if (names.length === 0) return
  // pg_cron decides its schema itself.
  const statements = names.map((name) =>
    name === 'pg_cron'
      ? 'create extension pg_cron'
      : `create extension "${name}" with schema extensions cascade`,
  )
  await runAll(adminUrl, statements)
}
