import { setTimeout as sleep } from 'node:timers/promises'
import { takeSnapshot } from '../../collect/index.ts'
import { ScopeError } from '../../errors.ts'
import {
  afterDeploy,
  beforeDeploy,
  deployDemo,
  doomed,
  type Workload,
  type WorkloadResult,
} from '../../local/demo/index.ts'
import type { OpenDatabase } from '../context.ts'
import type { Step } from './steps.ts'

/** Between two snapshots while the demo works, ms: enough of them to see when something changed. */
const betweenSnapshotsMs = 1_500

/** What the demo did under watch. */
export type WatchedWork = WorkloadResult

/**
 * Lets the users of the demo work before and after a deploy, and takes snapshots all along, as
 * `supascope snapshot` does.
 */
export async function watchDemo(
  workload: Workload,
  database: OpenDatabase,
  url: string,
  step: Step,
  signal: AbortSignal,
): Promise<WatchedWork> {
  await snapshot(database)
  const killed = workload.run(doomed)
  const before = await step('users work with the demo', 'users worked with the demo', () =>
    watched(workload.run(beforeDeploy), database, signal),
  )
  await deployDemo({ url, signal })
  const after = await step(
    'they go on after a deploy that lost an index',
    'they went on after a deploy that lost an index',
    () => watched(workload.run(afterDeploy), database, signal),
  )
  const results = [before, after, await killed]
  await snapshot(database)
  return {
    done: results.reduce((sum, { done }) => sum + done, 0),
    cancelled: results.reduce((sum, { cancelled }) => sum + cancelled, 0),
    failures: results.flatMap(({ failures }) => failures),
  }
}

/** Waits for the work and takes snapshots meanwhile; the last one when it is done. */
async function watched<T>(
  work: Promise<T>,
  database: OpenDatabase,
  signal: AbortSignal,
): Promise<T> {
  const done = new AbortController()
  const finished = work.finally(() => done.abort())
  // Its failure is told by the await below.
  finished.catch(() => undefined)
  const either = AbortSignal.any([signal, done.signal])
  while (!either.aborted) {
    const waited = await sleep(betweenSnapshotsMs, true, { signal: either }).catch(() => false)
    if (waited) await snapshot(database)
  }
  const result = await finished
  await snapshot(database)
  return result
}

export async function snapshot(database: OpenDatabase): Promise<void> {
  // All texts at once: the demo is too short to spread their reading.
  await takeSnapshot(database.db, database.capabilities, { textIntervalSeconds: 0 })
}

/** @throws ScopeError SCOPE_LOCAL_FAILED if something went wrong that is not meant to. */
export function checkWork({ done, failures }: WatchedWork): void {
  const [first] = failures
  if (first === undefined) return
  throw new ScopeError(
    'SCOPE_LOCAL_FAILED',
    `${failures.length} of ${done + failures.length} steps of the demo failed, the first: ${first}`,
    'try again; if it stays so, report it with this message',
  )
}
