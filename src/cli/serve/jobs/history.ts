import { retainSnapshots } from '../../../collect/index.ts'
import type { Config } from '../../../config.ts'
import { type Firing, forgetRuns, type JobReturn } from '../../../schedule/index.ts'

/** Merges and removes old snapshots, and old rows of runs. */
export async function historyJob({ db }: Firing, config: Config): Promise<JobReturn> {
  const { merged, expired, statements } = await retainSnapshots(db, config.retention)
  return { merged, expired, statements, runs: await forgetRuns(db) }
}
