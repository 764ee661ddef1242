import { recordChanges } from '../../../collect/changes/index.ts'
import { takeSnapshot } from '../../../collect/index.ts'
import type { Config } from '../../../config.ts'
import type { Firing, JobReturn } from '../../../schedule/index.ts'
import { requireSchema } from './require-schema.ts'

/** Stores what the statements did since the last snapshot, and what changed around them. */
export async function snapshotJob({ db }: Firing, config: Config): Promise<JobReturn> {
  const capabilities = await requireSchema(db)
  const { textIntervalSeconds } = config
  const result = await takeSnapshot(db, capabilities, { textIntervalSeconds })
  const changes = await recordChanges(db, capabilities)
  if (result.kind === 'skipped') return { skipped: 'another collector was quicker' }
  return {
    changed: result.changed,
    new_statements: result.newStatements,
    complete: result.gaps === 0,
    changes,
    // The numbers are stored all the same.
    text_error: result.textError?.message ?? null,
  }
}
