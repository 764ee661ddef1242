import { sql } from 'kysely'
import type { CheckpointFacts } from '../../facts/index.ts'
import { isoTime, type Probe } from './probe.ts'

/** How checkpoints came about; PostgreSQL 17 gave them a view of their own. */
export const readCheckpoints: Probe<'checkpoints'> = async (trx, { server }) => {
  const source =
    server.versionNum >= 170_000
      ? sql`(select num_timed as timed, num_requested as requested, stats_reset
          from pg_stat_checkpointer)`
      : sql`(select checkpoints_timed as timed, checkpoints_req as requested, stats_reset
          from pg_stat_bgwriter)`
  const { rows } = await sql<CheckpointFacts>`
    select /* supascope */ timed::float8 as timed, requested::float8 as requested,
      ${isoTime('stats_reset')} as since
    from ${source} c`.execute(trx)
  const [row] = rows
  if (row === undefined) throw new Error('the view of checkpoints is empty')
  return row
}
