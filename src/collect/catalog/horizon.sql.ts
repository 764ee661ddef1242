import { sql } from 'kysely'
import type { HorizonHolder } from '../../facts/index.ts'
import { isoTime, type Probe } from './probe.ts'
import { requireSeeingSessions } from './see-sessions.ts'

/** The oldest of those that keep vacuum from removing rows of this database. */
export const readHorizon: Probe<'horizon'> = async (trx, capabilities) => {
  requireSeeingSessions(capabilities)
  const { rows } = await sql<HorizonHolder>`
    with /* supascope */ holder as (
      -- Sessions of other databases hold back only theirs. Vacuum itself holds back nobody.
      select 'session' as kind, pid::text as name,
        greatest(age(backend_xmin), age(backend_xid)) as age, false as "catalogOnly",
        usename::text as role, application_name as application, coalesce(state, '') as state,
        xact_start as since
      from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()
        and backend_type not in ('autovacuum worker', 'walsender')
        and not (state = 'active' and query ~* '^\\s*vacuum\\M')
        and (backend_xmin is not null or backend_xid is not null)
      union all
      select 'prepared', gid, age(transaction), false, owner::text, null, 'prepared', prepared
      from pg_prepared_xacts where database = current_database()
      union all
      select 'slot', slot_name, age(case when xmin is null then catalog_xmin else xmin end),
        xmin is null, null, plugin, case when active then 'active' else 'inactive' end, null
      from pg_replication_slots where coalesce(xmin, catalog_xmin) is not null
      union all
      select 'standby', coalesce(nullif(r.application_name, ''), r.pid::text), age(r.backend_xmin),
        false, r.usename::text, host(r.client_addr), r.state, r.backend_start
      from pg_stat_replication r
      where r.backend_xmin is not null
        and not exists (select from pg_replication_slots s where s.active_pid = r.pid)
    )
    select kind, name, age::float8 as age, "catalogOnly", role, application, state,
      ${isoTime('since')} as since
    from holder
    order by holder.age desc, kind, name
    limit 20`.execute(trx)
  return rows
}
