import { performance } from 'node:perf_hooks'
import { formatMs } from '../../quantity.ts'
import type { Log } from '../log.ts'

/** Runs a step: on a terminal it says what is being done; when it is done, how long it took. */
export type Step = <T>(doing: string, done: string, work: () => Promise<T>) => Promise<T>

export function createSteps(log: Log): Step {
  return async (doing, done, work) => {
    const from = performance.now()
    log.status(`${doing}…`)
    const result = await work()
    log.note(`${done} (${formatMs(performance.now() - from)})`)
    return result
  }
}
