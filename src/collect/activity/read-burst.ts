import { sql } from 'kysely'
import { type Database, type Limits, readOnly } from '../../db/index.ts'
import { type GroupRow, readGroups } from './sessions.sql.ts'

/** Time from one look to the next, ms. */
const stepMs = 100
/** A burst is over after this time in any case, ms: it holds a connection. */
const longestMs = 10_000

/**
 * Looks at what the sessions wait for ten times a second for a while. A slow connection makes fewer
 * looks, not a longer burst.
 */
export function readBurst(db: Database, forMs: number, limits: Limits): Promise<GroupRow[][]> {
  return readOnly(
    db,
    async (trx) => {
      const looks: GroupRow[][] = []
      const end = performance.now() + Math.min(forMs, longestMs)
      for (let next = performance.now(); next < end; ) {
        // A transaction sees the sessions as they were at its first look, until it is told otherwise.
        await sql`select /* supascope */ pg_stat_clear_snapshot()`.execute(trx)
        looks.push(await readGroups(trx))
        next = Math.max(next + stepMs, performance.now())
        await new Promise((resolve) => setTimeout(resolve, next - performance.now()))
      }
      return looks
    },
    limits,
  )
}
