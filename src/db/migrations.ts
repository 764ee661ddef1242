import { sql } from 'kysely'
import { ScopeError } from '../errors.ts'
import { type Capabilities, detectCapabilities } from './capabilities.ts'
import type { Database } from './connect.ts'
import { migrationError } from './migration-error.ts'
import { schemaProblem, schemaState } from './schema-state.ts'
import { type Migration, shippedMigrations } from './shipped-migrations.ts'
import { type Limits, readOnly, readWrite, type Trx } from './transaction.ts'

export interface ApplyOptions {
  /** What is known of the database; asked for where it is not given. */
  capabilities?: Capabilities
  /** Say what is pending and change nothing. @defaultValue false */
  dryRun?: boolean
  /** Told of each migration as soon as it is committed. */
  onApply?: (name: string) => void
}

export interface ApplyResult {
  /** Applied now; with `dryRun`, what would be. Oldest first. */
  applied: string[]
  /** In the ledger but unknown to this program, and declared harmless for older programs. */
  newer: string[]
}

// DDL on empty tables takes milliseconds; what takes time is waiting for another installer.
const limits: Limits = { statementTimeoutMs: 60_000, lockTimeoutMs: 10_000 }

/**
 * Brings the database up to this program, one transaction a file: an interruption leaves whole
 * migrations or none. Any number of installers may run at once, and whatever the Supabase CLI or
 * psql has applied counts.
 *
 * @throws ScopeError SCOPE_DB_READ_ONLY, SCOPE_DB_PRIVILEGE, SCOPE_SCHEMA_NEWER,
 *   SCOPE_SCHEMA_BROKEN, or what the server refused with, naming the file.
 */
export async function applyMigrations(
  db: Database,
  options: ApplyOptions = {},
): Promise<ApplyResult> {
  const capabilities = options.capabilities ?? (await detectCapabilities(db))
  const shipped = await shippedMigrations()
  const state = schemaState(capabilities, shipped)
  const problem = schemaProblem(state)
  if (problem && state.state !== 'missing' && state.state !== 'outdated') throw problem
  const pending = shipped.filter((migration) => state.pending.includes(migration.name))
  const result: ApplyResult = { applied: [], newer: state.newer }
  if (pending.length > 0) await assertMayMigrate(db, capabilities)
  for (const migration of pending) {
    const done = options.dryRun === true || (await applyOne(db, migration))
    if (!done) continue
    result.applied.push(migration.name)
    if (options.dryRun !== true) options.onApply?.(migration.name)
  }
  return result
}

/** False if another installer was quicker. */
async function applyOne(db: Database, migration: Migration): Promise<boolean> {
  try {
    return await readWrite(
      db,
      async (trx) => {
        // The lock that the file itself takes: held before looking, so that what is reported as
        // applied was applied here.
        await sql`
          select /* supascope */ pg_advisory_xact_lock(
            hashtextextended('supascope.schema_migrations', 0))`.execute(trx)
        if (await inLedger(trx, migration.name)) return false
        await sql.raw(migration.sql).execute(trx)
        if (await inLedger(trx, migration.name)) return true
        throw new ScopeError(
          'SCOPE_SCHEMA_BROKEN',
          `migration ${migration.name} did not record itself: its row is missing from the ledger`,
          `insert into supascope.schema_migrations (name, breaking) values ('${migration.name}', false);`,
        )
      },
      limits,
    )
  } catch (error) {
    throw migrationError(error, migration.name)
  }
}

async function inLedger(trx: Trx, name: string): Promise<boolean> {
  // Not to_regclass(): its answer may be as old as this transaction, from before the lock.
  const ledger = await sql`
    select /* supascope */ from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'supascope' and c.relname = 'schema_migrations'`.execute(trx)
  if (ledger.rows.length === 0) return false
  const entry = await sql`
    select /* supascope */ from supascope.schema_migrations where name = ${name}`.execute(trx)
  return entry.rows.length > 0
}

async function assertMayMigrate(db: Database, capabilities: Capabilities): Promise<void> {
  if (capabilities.readReplica) {
    throw new ScopeError(
      'SCOPE_DB_READ_ONLY',
      'this server is a read replica: it takes no migrations',
      'use the URL of the primary; replicas receive the schema from it',
    )
  }
  if (await readOnly(db, mayCreate)) return
  const role = capabilities.role.name
  const what =
    capabilities.schema === null
      ? `create the schema supascope in the database ${capabilities.database}`
      : `change the schema supascope, which belongs to ${capabilities.schema.owner}`
  throw new ScopeError(
    'SCOPE_DB_PRIVILEGE',
    `the role ${role} may not ${what}`,
    `run \`supascope migrate\` as ${capabilities.schema?.owner ?? 'the role postgres'}`,
  )
}

async function mayCreate(trx: Trx): Promise<boolean> {
  const { rows } = await sql<{ may: boolean }>`
    select /* supascope */ coalesce(
      -- Not to_regnamespace(): it sees what another installer has made since this snapshot.
      (select pg_has_role(nspowner, 'usage') from pg_namespace where nspname = 'supascope'),
      has_database_privilege(current_database(), 'create')) as may`.execute(trx)
  return rows[0]?.may === true
}
