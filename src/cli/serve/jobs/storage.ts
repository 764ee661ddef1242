import { runJob, type JobName as StorageJob } from '../../../collect/events/index.ts'
import { readWrite } from '../../../db/index.ts'
import { ScopeError } from '../../../errors.ts'
import type { Firing, JobReturn } from '../../../schedule/index.ts'

/** A roll-up that has much to catch up with takes half a minute and more. */
const limits = { statementTimeoutMs: 100_000, lockTimeoutMs: 5_000 }

/**
 * All processes have one name: which of them works is decided by the claim already, and pg_cron
 * takes the jobs from them all.
 */
const runner = 'scheduler'

/** A job of the event store, unless pg_cron runs it. */
export async function storageJob({ db }: Firing, name: StorageJob): Promise<JobReturn> {
  const result = await readWrite(db, (trx) => runJob(trx, name, runner), limits)
  if ('error' in result) {
    throw new ScopeError(
      'SCOPE_DB_FAILED',
      `the job ${name} failed in the database: ${String(result.error)}`,
      `select supascope.run_job('${name}', 'manual');`,
    )
  }
  return result
}
