import { retainSnapshots } from '../../../collect/index.ts'
import { recordPlans } from '../../../collect/plans/index.ts'
import { noteTableSizes } from '../../../collect/table-sizes/index.ts'
import type { Config } from '../../../config.ts'
import { type Firing, forgetRuns, type JobReturn } from '../../../schedule/index.ts'
import { requireSchema } from './require-schema.ts'

/** Merges and removes old snapshots and old rows of runs, and notes plans and sizes of the day. */
export async function historyJob({ db, signal }: Firing, config: Config): Promise<JobReturn> {
  const { merged, expired, statements } = await retainSnapshots(db, config.retention)
  const plans = await recordPlans(db, await requireSchema(db), { signal })
  return {
    merged,
    expired,
    statements,
    runs: await forgetRuns(db),
    plans: plans?.planned ?? null,
    sizes: await noteTableSizes(db),
  }
}
