import { sql } from 'kysely'
import type { ReplicationSlot } from '../../facts/index.ts'
import { isoTime, type Probe } from './probe.ts'

/** Replication slots of the whole server, with the WAL that each of them keeps. */
export const readSlots: Probe<'slots'> = async (trx, { server }) => {
  // inactive_since came with PostgreSQL 17.
  const inactive = server.versionNum >= 170_000 ? isoTime('inactive_since') : sql`null::text`
  const { rows } = await sql<ReplicationSlot>`
    select /* supascope */ slot_name as name, slot_type as type, plugin, database::text as database,
      active, temporary,
      greatest(0, pg_wal_lsn_diff(case when pg_is_in_recovery() then pg_last_wal_replay_lsn()
        else pg_current_wal_lsn() end, restart_lsn))::float8 as "retainedBytes",
      wal_status as "walStatus", safe_wal_size::float8 as "safeBytes",
      ${inactive} as "inactiveSince"
    from pg_replication_slots
    order by slot_name`.execute(trx)
  return rows
}
