import { sql } from 'kysely'
import type { HostFacts } from '../../facts/index.ts'
import { isoTime, type Probe } from './probe.ts'

/** The role of each provider's own superuser gives it away. */
const providers: readonly [role: string, provider: string][] = [
  ['supabase_admin', 'Supabase'],
  ['rds_superuser', 'Amazon RDS'],
  ['cloudsqlsuperuser', 'Google Cloud SQL'],
  ['azure_pg_admin', 'Azure'],
  ['neon_superuser', 'Neon'],
]

/** Who runs the server, how its archiver fares, and what was set for roles and databases. */
export const readHost: Probe<'host'> = async (trx, { role }) => {
  const { rows } = await sql<Omit<HostFacts, 'provider' | 'superuser'> & { roles: string[] }>`
    select /* supascope */
      (select coalesce(jsonb_agg(rolname), '[]') from pg_roles
        where rolname = any(${providers.map(([name]) => name)}::text[])) as roles,
      (select jsonb_build_object('archived', archived_count, 'failed', failed_count,
          'lastArchivedAt', ${isoTime('last_archived_time')},
          'lastFailedAt', ${isoTime('last_failed_time')})
        from pg_stat_archiver
        where (select setting from pg_settings where name = 'archive_mode') <> 'off') as archiver,
      (select coalesce(jsonb_agg(jsonb_build_object('role', r.rolname, 'database', d.datname,
          'name', split_part(setting, '=', 1),
          'value', substr(setting, strpos(setting, '=') + 1)) order by setting), '[]')
        from pg_db_role_setting s
        cross join unnest(s.setconfig) as setting
        left join pg_roles r on r.oid = s.setrole
        left join pg_database d on d.oid = s.setdatabase
        where s.setdatabase in (0, (select oid from pg_database
          where datname = current_database()))
          and split_part(setting, '=', 1) in ('work_mem', 'random_page_cost', 'jit',
            'statement_timeout', 'effective_cache_size')) as overrides`.execute(trx)
  const [row] = rows
  if (row === undefined) throw new Error('the host has no row')
  const { roles, ...facts } = row
  const provider = providers.find(([name]) => roles.includes(name))?.[1] ?? null
  return { ...facts, provider, superuser: role.superuser }
}
