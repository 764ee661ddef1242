import { sql } from 'kysely'
import type { ServerState } from '../../facts/index.ts'
import { isoTime, type Probe } from './probe.ts'

/** The server's clock, settings and extensions, and since when it counts. */
export const readServer: Probe<'server'> = async (trx, { server, role }) => {
  const { rows } = await sql<ServerState>`
    select /* supascope */
      to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as now,
      to_char(pg_postmaster_start_time() at time zone 'UTC',
        'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "startedAt",
      (select ${isoTime('stats_reset')} from pg_stat_database
        where datname = current_database()) as "statisticsSince",
      current_database()::text as database,
      pg_database_size(current_database())::float8 as "databaseBytes",
      pg_is_in_recovery() as "readReplica",
      (select count(*)::int from pg_stat_replication) as replicas,
      (select jsonb_object_agg(name, jsonb_build_object(
        'value', setting, 'unit', unit, 'bootValue', boot_val)) from pg_settings) as settings,
      (select jsonb_agg(jsonb_build_object('name', e.extname, 'schema', n.nspname,
          'version', e.extversion, 'available', a.default_version) order by e.extname)
        from pg_extension e join pg_namespace n on n.oid = e.extnamespace
        left join pg_available_extensions a on a.name = e.extname) as extensions`.execute(trx)
  const row = rows[0]
  if (row === undefined) throw new Error('the server state has no row')
  return {
    ...row,
    versionNum: server.versionNum,
    // Without this right the view shows the rows of others without their contents.
    replicas: role.readAllStats ? row.replicas : null,
  }
}
