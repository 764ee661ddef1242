import { type RawBuilder, sql } from 'kysely'
import type { Trx } from '../../db/index.ts'
import type { DatabaseActivity, DatabaseCounters } from '../../facts/index.ts'
import type { Probe } from './probe.ts'
import { maySeeSnapshots } from './recent-snapshots.ts'

/** Counters of this database since their reset, and over the last day of snapshots. */
export const readDatabaseActivity: Probe<'databaseActivity'> = async (trx, capabilities) => {
  const lifetime = (await lifetimeCounters.execute(trx)).rows[0]
  if (lifetime === undefined) throw new Error('the current database is not in pg_stat_database')
  const recent = (await maySeeSnapshots(trx, capabilities)) ? await readRecent(trx) : null
  return { lifetime, recent }
}

const lifetimeCounters = sql<DatabaseCounters>`
  select /* supascope */
    (extract(epoch from clock_timestamp() - stats_reset) / 60)::float8 as minutes,
    xact_commit::float8 as commits, xact_rollback::float8 as rollbacks,
    blks_read::float8 as "blocksRead", blks_hit::float8 as "blocksHit",
    temp_files::float8 as "tempFiles", temp_bytes::float8 as "tempBytes",
    deadlocks::float8 as deadlocks
  from pg_stat_database where datname = current_database()`

async function readRecent(trx: Trx): Promise<DatabaseActivity['recent']> {
  const total = (column: string): RawBuilder<number> =>
    sql`coalesce(sum((database_delta ->> ${sql.lit(column)})::float8), 0)`
  const { rows } = await sql<DatabaseCounters>`
    select /* supascope */
      (extract(epoch from sum(taken_at - interval_from)) / 60)::float8 as minutes,
      ${total('xact_commit')} as commits, ${total('xact_rollback')} as rollbacks,
      ${total('blks_read')} as "blocksRead", ${total('blks_hit')} as "blocksHit",
      ${total('temp_files')} as "tempFiles", ${total('temp_bytes')} as "tempBytes",
      ${total('deadlocks')} as deadlocks
    from supascope.snapshots
    where interval_from is not null and taken_at > now() - interval '24 hours'`.execute(trx)
  const [row] = rows
  return row === undefined || row.minutes === null ? null : { ...row, minutes: row.minutes }
}
