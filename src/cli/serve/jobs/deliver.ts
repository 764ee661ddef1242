import type { Capabilities } from '../../../db/index.ts'
import type { DeliveryOutcome } from '../../../deliver/index.ts'
import type { Firing, JobReturn } from '../../../schedule/index.ts'
import {
  type DeliverResultOptions,
  deliverResult,
  deliveryProblem,
  resumeDeliveries,
} from '../../deliver/deliver-result.ts'
import type { JobSurroundings } from '../jobs.ts'
import { requireSchema } from './require-schema.ts'

type Result = Omit<DeliverResultOptions, 'job' | 'windowKey' | 'database'>

/**
 * Hands on what a job found. A firing that is run twice is told once: its time is the key.
 *
 * @throws ScopeError SCOPE_DELIVERY if a place refuses what it should get
 */
export async function deliverFrom(
  { db, job, fireAt, signal }: Firing,
  capabilities: Capabilities,
  { config }: JobSurroundings,
  result: Result,
): Promise<Record<string, number>> {
  const outcomes = await deliverResult(
    { db, capabilities, config, signal },
    { ...result, job, windowKey: fireAt.toISOString(), database: capabilities.database },
  )
  return counted(outcomes)
}

/** Sends what waits to be sent again, and what a process that died has left behind. */
export async function deliverJob(
  { db, signal }: Firing,
  { config }: JobSurroundings,
): Promise<JobReturn> {
  const capabilities = await requireSchema(db)
  return counted(await resumeDeliveries({ db, capabilities, config, signal }))
}

/** @throws ScopeError SCOPE_DELIVERY */
function counted(outcomes: readonly DeliveryOutcome[]): Record<string, number> {
  const problem = deliveryProblem(outcomes)
  if (problem !== null) throw problem
  const states = Map.groupBy(outcomes, ({ state }) => state)
  return Object.fromEntries([...states].map(([state, list]) => [state, list.length]))
}
