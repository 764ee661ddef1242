import { sql } from 'kysely'
import type { TableUsage } from '../../facts/index.ts'
import { isoTime, type Probe } from './probe.ts'

/** Activity counters of all tables and materialized views outside the system's schemas. */
export const readTableUsage: Probe<'tableUsage'> = async (trx) => {
  const { rows } = await sql<TableUsage>`
    select /* supascope */ s.relid::int8::float8 as oid,
      coalesce(seq_scan, 0)::float8 as "seqScans", coalesce(seq_tup_read, 0)::float8 as "seqRows",
      coalesce(idx_scan, 0)::float8 as "indexScans",
      coalesce(idx_tup_fetch, 0)::float8 as "indexRows",
      n_tup_ins::float8 as inserted, n_tup_upd::float8 as updated,
      n_tup_hot_upd::float8 as "hotUpdated", n_tup_del::float8 as deleted,
      n_live_tup::float8 as "liveRows", n_dead_tup::float8 as "deadRows",
      n_mod_since_analyze::float8 as "modifiedSinceAnalyze",
      n_ins_since_vacuum::float8 as "insertedSinceVacuum",
      ${isoTime('last_vacuum')} as "lastVacuumAt",
      ${isoTime('last_autovacuum')} as "lastAutovacuumAt",
      ${isoTime('last_analyze')} as "lastAnalyzeAt",
      ${isoTime('last_autoanalyze')} as "lastAutoanalyzeAt"
    from pg_stat_user_tables s
    order by s.relid`.execute(trx)
  return rows
}
