import { sql } from 'kysely'
import type { AutovacuumWorker } from '../../facts/index.ts'
import { isoTime, type Probe } from './probe.ts'
import { requireSeeingSessions } from './see-sessions.ts'

/** The autovacuum workers of the server, and what each is at. */
export const readAutovacuumWorkers: Probe<'autovacuumWorkers'> = async (trx, capabilities) => {
  requireSeeingSessions(capabilities)
  const { rows } = await sql<AutovacuumWorker>`
    select /* supascope */ a.pid, coalesce(a.datname, '') as database,
      n.nspname as schema, c.relname as table, z.pid is not null as analyzing,
      a.query like '%(to prevent wraparound)%' as wraparound,
      ${isoTime('a.xact_start')} as "startedAt", coalesce(v.phase, z.phase) as phase,
      v.heap_blks_scanned / nullif(v.heap_blks_total, 0)::float8 as scanned,
      v.index_vacuum_count::float8 as "indexPasses"
    from pg_stat_activity a
    left join pg_stat_progress_vacuum v on v.pid = a.pid
    left join pg_stat_progress_analyze z on z.pid = a.pid
    -- A relation of another database could bear the same number here.
    left join pg_class c on c.oid = coalesce(v.relid, z.relid) and a.datname = current_database()
    left join pg_namespace n on n.oid = c.relnamespace
    where a.backend_type = 'autovacuum worker'
    order by a.xact_start, a.pid`.execute(trx)
  return rows
}
