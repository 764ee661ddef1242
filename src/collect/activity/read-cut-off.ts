import type { CutOffStatements } from '../../analyze/index.ts'
import { type Capabilities, type Database, readOnly } from '../../db/index.ts'
import { maySeeSamples, readCutOff } from './history.sql.ts'

/** What samples of a window saw of statements that were cut off; null where there are none to see. */
export function readCutOffStatements(
  db: Database,
  capabilities: Capabilities,
  window: { from: string | null; to: string },
): Promise<CutOffStatements | null> {
  return readOnly(db, async (trx) =>
    (await maySeeSamples(trx, capabilities)) ? readCutOff(trx, window) : null,
  )
}
