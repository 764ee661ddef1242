import type { Change } from '../../analyze/regressions/index.ts'
import { type Capabilities, type Database, readOnly, readWrite } from '../../db/index.ts'
import { claimLook, compareObjects, pruneChanges, selectChanges } from './changes.sql.ts'
import { migrationProbe, objectProbes, serverProbe } from './objects.sql.ts'

/** Least time between two looks, seconds: what changed is known to that. */
const defaultSeconds = 300

/**
 * Looks how schema, settings and server stand, and notes what is otherwise than at the last look.
 * Meant to be called with every snapshot: it looks only if the last look is long enough ago and
 * nobody else is looking. The first look notes nothing. What it notes is kept for 35 days.
 *
 * @returns How many changes were noted; null if it did not look.
 */
export function recordChanges(
  db: Database,
  { statements }: Pick<Capabilities, 'statements'>,
  { seconds = defaultSeconds }: { seconds?: number } = {},
): Promise<number | null> {
  return readWrite(db, async (trx) => {
    const watch = await claimLook(trx, seconds)
    if (watch === null) return null
    const migrations = await migrationProbe(trx)
    const server = serverProbe(statements?.loaded === true ? statements.schema : null)
    const probes = [...objectProbes, server, ...(migrations === null ? [] : [migrations])]
    const noted = await compareObjects(trx, probes, watch)
    await pruneChanges(trx)
    return noted
  })
}

/** Changes and marks that may have happened in a span, oldest first. */
export function readChanges(db: Database, span: { from: Date; to: Date }): Promise<Change[]> {
  return readOnly(db, (trx) => selectChanges(trx, span))
}
