import type { Firing, JobReturn } from '../../../schedule/index.ts'
import { judgeConfiguredBudgets } from '../../budgets/judge-configured.ts'
import type { JobSurroundings } from '../jobs.ts'
import { deliverFrom } from './deliver.ts'
import { requireSchema } from './require-schema.ts'

/** Judges the budgets, and tells what is raised or cleared. */
export async function budgetsJob(firing: Firing, around: JobSurroundings): Promise<JobReturn> {
  const { db } = firing
  const capabilities = await requireSchema(db)
  const { judged, result } = await judgeConfiguredBudgets(
    { db, capabilities },
    around.config.budgets,
  )
  const { kind, at, window, findings } = result
  const delivered = await deliverFrom(firing, capabilities, around, { kind, at, window, findings })
  return {
    budgets: judged.length,
    raised: findings.filter(({ state }) => state === 'open').length,
    ...delivered,
  }
}
