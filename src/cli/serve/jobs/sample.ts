import { type ActivitySample, watchActivity } from '../../../collect/activity/index.ts'
import type { Firing, JobReturn } from '../../../schedule/index.ts'
import { requireSchema } from './require-schema.ts'

const everyMs = 5_000
/** A firing samples until shortly before the next one, ms. */
const lengthMs = 54_000

/** Samples what the sessions do: for a minute on schedule, once when it is called. */
export async function sampleJob({ db, fireAt, signal, called }: Firing): Promise<JobReturn> {
  const capabilities = await requireSchema(db)
  const sums = { samples: 0, timed_out: 0, most_connections: 0, most_blocked: 0 }
  let reached: ActivitySample['kind'] = 'skipped'
  await watchActivity(db, capabilities, {
    everyMs,
    forMs: called ? 0 : fireAt.getTime() + lengthMs - Date.now(),
    signal,
    onSample: (one) => {
      if (one.kind === 'skipped') return
      reached = 'stored'
      sums.samples += 1
      sums.timed_out += one.ended.timed_out
      sums.most_connections = Math.max(sums.most_connections, one.connections)
      sums.most_blocked = Math.max(sums.most_blocked, one.blocked)
    },
  })
  return reached === 'skipped' ? { skipped: 'another sampler is at work' } : sums
}
