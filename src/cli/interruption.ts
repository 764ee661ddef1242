import { constants } from 'node:os'

/** Ctrl-C and its kin: what commands hook into so that nothing is left behind. */
export interface Interruption {
  /** Aborted as soon as the process is asked to stop. */
  readonly signal: AbortSignal
  /** Registers what must be undone when the process is asked to stop. Returns its deregistration. */
  onStop(cleanup: () => void | Promise<void>): () => void
}

/** Between the signal and the end of the process, ms: the contract says "within a second". */
const graceMs = 800

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Ends the process with 128 + the signal's number after all clean-ups have run, or after
 * {@link graceMs} if one hangs. A second signal ends it at once.
 */
export function listenForInterruption(): Interruption {
  const controller = new AbortController()
  const cleanups = new Set<() => void | Promise<void>>()
  const stop = async (signal: (typeof signals)[number]): Promise<void> => {
    const status = 128 + constants.signals[signal]
    if (controller.signal.aborted) process.exit(status)
    setTimeout(() => process.exit(status), graceMs)
    controller.abort()
    // One failing clean-up must not keep the others from running; there is nobody left to tell.
    await Promise.allSettled([...cleanups].map(async (cleanup) => cleanup()))
    process.exit(status)
  }
  for (const signal of signals) process.on(signal, () => void stop(signal))
  return {
    signal: controller.signal,
    onStop(cleanup) {
      cleanups.add(cleanup)
      return () => cleanups.delete(cleanup)
    },
  }
}
