import { sql, type Transaction } from 'kysely'
import type { Database } from './connect.ts'
import { databaseError } from './database-error.ts'
import type { Schema } from './schema.ts'

export interface Limits {
  /** @defaultValue 15_000 */
  statementTimeoutMs?: number
  /** @defaultValue 1_000 */
  lockTimeoutMs?: number
}

export type Trx = Transaction<Schema>

/**
 * Runs `work` in one read-only transaction under statement and lock timeouts: the only way a probe
 * may ask the watched database. All its queries see one snapshot, so that what two of them tell
 * fits together while others write. All settings are transaction-local, so it is safe through a
 * transaction pooler.
 *
 * @throws ScopeError whatever the driver throws, with its remedy.
 */
export function readOnly<T>(
  db: Database,
  work: (trx: Trx) => Promise<T>,
  limits: Limits = {},
): Promise<T> {
  return run(db, 'read only', work, limits)
}

/** Like {@link readOnly}, for writes to our own schema. */
export function readWrite<T>(
  db: Database,
  work: (trx: Trx) => Promise<T>,
  limits: Limits = {},
): Promise<T> {
  return run(db, 'read write', work, limits)
}

async function run<T>(
  db: Database,
  mode: 'read only' | 'read write',
  work: (trx: Trx) => Promise<T>,
  limits: Limits,
): Promise<T> {
  const transaction = db.transaction().setAccessMode(mode)
  try {
    return await (mode === 'read only'
      ? transaction.setIsolationLevel('repeatable read')
      : transaction
    ).execute(async (trx) => {
      await sql`
        select /* supascope */ set_config('statement_timeout', ${String(limits.statementTimeoutMs ?? 15_000)}, true),
          set_config('lock_timeout', ${String(limits.lockTimeoutMs ?? 1_000)}, true),
          set_config('search_path', 'pg_catalog', true)`.execute(trx)
      return await work(trx)
    })
  } catch (error) {
    throw databaseError(error)
  }
}
