import type pg from 'pg'
import { backendKey } from './backend-key.ts'
import { databaseError } from './database-error.ts'
import type { DatabaseUrl } from './database-url.ts'

/**
 * `none`: the server itself. `transaction`: a pooler that hands out another server connection for
 * each transaction. `session`: a pooler that was not seen doing so.
 */
export type Pooler = 'none' | 'session' | 'transaction'

/** Supabase's pooler in transaction mode listens here. */
const transactionPort = 6543

const attempts = 3

/**
 * Finds out by behaviour, without leaving any state behind: a pooler hands out keys of its own, so
 * the process id of the handshake is not the backend's; and in transaction mode a backend that this
 * connection has used serves another one while this one is idle.
 *
 * @throws ScopeError whatever the driver throws, with its remedy.
 */
export async function detectPooler(pool: pg.Pool, url: DatabaseUrl): Promise<Pooler> {
  try {
    const first = await pool.connect()
    try {
      const backend = await backendPid(first)
      if (backend === backendKey(first)?.processId) return 'none'
      if (url.port === transactionPort) return 'transaction'
      return (await sharesBackends(pool, first, backend)) ? 'transaction' : 'session'
    } finally {
      first.release()
    }
  } catch (error) {
    throw databaseError(error, url)
  }
}

async function sharesBackends(
  pool: pg.Pool,
  first: pg.PoolClient,
  backend: number,
): Promise<boolean> {
  const second = await pool.connect()
  try {
    for (let attempt = 0; attempt < attempts; attempt++) {
      await second.query('begin read only')
      try {
        if ((await backendPid(second)) === backend) return true
        if ((await backendPid(first)) !== backend) return true
      } finally {
        await second.query('rollback')
      }
    }
    return false
  } finally {
    second.release()
  }
}

async function backendPid(client: pg.PoolClient): Promise<number> {
  const { rows } = await client.query<{ pid: number }>(
    'select /* supascope */ pg_backend_pid() as pid',
  )
  return Number(rows[0]?.pid)
}
