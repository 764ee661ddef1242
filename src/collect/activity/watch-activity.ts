import type { Capabilities, Database } from '../../db/index.ts'
import {
  type ActivitySample,
  type ActivitySampleOptions,
  takeActivitySample,
} from './take-activity-sample.ts'

export interface WatchOptions extends ActivitySampleOptions {
  /** Time from one sample to the next, ms. @defaultValue 5_000 */
  everyMs?: number
  /** When to stop, ms from now. @defaultValue never */
  forMs?: number
  /** Ends the waiting between two samples with its reason. */
  signal?: AbortSignal
  /** Gets each sample; `false` stops. */
  onSample?: (sample: ActivitySample) => unknown
}

/** Samples that look after a timeout are at least this far apart, ms. */
const leastGapMs = 200

/**
 * Takes samples at a steady pace, and more of them just after a statement that was seen may have
 * been cut off by its timeout: its session tells only then, before it moves on.
 *
 * @throws ScopeError whatever {@link takeActivitySample} says; the signal's reason once it aborts.
 */
export async function watchActivity(
  db: Database,
  capabilities: Capabilities,
  options: WatchOptions = {},
): Promise<void> {
  const { everyMs = 5_000, forMs = Number.POSITIVE_INFINITY, signal, onSample } = options
  const end = performance.now() + forMs
  for (let next = performance.now(); ; ) {
    const sample = await takeActivitySample(db, capabilities, options)
    if ((await onSample?.(sample)) === false) return
    const now = performance.now()
    if (next <= now) next = Math.max(next + everyMs, now)
    const followUp = now + Math.max(leastGapMs, sample.followUpMs ?? Number.POSITIVE_INFINITY)
    const wake = Math.min(next, followUp)
    if (wake >= end) return
    await pause(wake - now, signal)
  }
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const stop = (): void => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, ms)
    signal?.addEventListener('abort', stop, { once: true })
  })
}
