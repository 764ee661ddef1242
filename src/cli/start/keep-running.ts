import { setTimeout as sleep } from 'node:timers/promises'
import type { Workload } from '../../local/demo/index.ts'
import type { CommandContext, OpenDatabase } from '../context.ts'
import { toScopeError } from '../failure.ts'
import { snapshot } from './watch-demo.ts'

/** Between two screens that the users of the demo open, ms. */
const betweenScreensMs = 1_000
const snapshotEveryMs = 60_000

/** Lets the demo go on gently, with a snapshot a minute, until it is told to stop. */
export async function keepRunning(
  workload: Workload,
  database: OpenDatabase,
  { log, interruption: { signal } }: CommandContext,
): Promise<void> {
  for (let due = Date.now() + snapshotEveryMs; !signal.aborted; ) {
    try {
      const { failures } = await workload.once()
      for (const failure of failures) log.note(`the demo: ${failure}`)
      if (Date.now() >= due) {
        due += snapshotEveryMs
        await snapshot(database)
      }
    } catch (error) {
      if (signal.aborted) return
      const { code, message } = toScopeError(error)
      log.note(`${code}: ${message}`)
    }
    await sleep(betweenScreensMs, undefined, { signal })
  }
}
