import { type RawBuilder, sql } from 'kysely'
import type { Trx } from '../../db/index.ts'

/**
 * How schema, settings and server stand, one query a kind: object, value, and the table concerned.
 * Values need not be read by anyone: they only tell whether something changed. Where an object can
 * be dropped and made anew, its number is in the value.
 */
export interface ObjectProbe {
  kind: string
  query: RawBuilder<unknown>
}

/** Schemas of the server's and of our own. What extensions own follows their version. */
const otherSchemas = sql`n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'supascope')`

/** Settings that may hold a secret are not even compared. */
const harmlessName = sql`name !~* '(password|secret|passphrase|conninfo|key|token|command)'`

const tables = sql`
  select n.nspname || '.' || c.relname, concat_ws('|', c.oid, c.relnatts, c.relrowsecurity,
      c.relforcerowsecurity, c.reloptions), n.nspname || '.' || c.relname
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'm') and c.relpersistence <> 't' and not c.relispartition
    and ${otherSchemas}`

const indexes = sql`
  select n.nspname || '.' || c.relname, concat_ws('|', c.oid, i.indisvalid, i.xmin),
    n.nspname || '.' || t.relname
  from pg_index i
  join pg_class c on c.oid = i.indexrelid
  join pg_class t on t.oid = i.indrelid
  join pg_namespace n on n.oid = c.relnamespace
  where t.relkind in ('r', 'p', 'm') and t.relpersistence <> 't' and not c.relispartition
    and ${otherSchemas}`

const policies = sql`
  select n.nspname || '.' || t.relname || ': ' || p.polname,
    md5(concat_ws('|', p.polcmd, p.polpermissive, p.polroles::text, p.polqual, p.polwithcheck)),
    n.nspname || '.' || t.relname
  from pg_policy p
  join pg_class t on t.oid = p.polrelid
  join pg_namespace n on n.oid = t.relnamespace
  where ${otherSchemas}`

const triggers = sql`
  select n.nspname || '.' || t.relname || ': ' || g.tgname,
    concat_ws('|', g.tgenabled, g.tgfoid, g.tgtype, g.tgattr, md5(g.tgqual)),
    n.nspname || '.' || t.relname
  from pg_trigger g
  join pg_class t on t.oid = g.tgrelid
  join pg_namespace n on n.oid = t.relnamespace
  where not g.tgisinternal and g.tgparentid = 0 and ${otherSchemas}`

const functions = sql`
  select n.nspname || '.' || f.proname || '(' || pg_get_function_identity_arguments(f.oid) || ')',
    md5(concat_ws('|', f.prosrc, pg_get_expr(f.prosqlbody, 0), f.proconfig::text, f.provolatile,
      f.prosecdef, f.proleakproof)), null
  from pg_proc f
  join pg_namespace n on n.oid = f.pronamespace
  where f.prokind in ('f', 'p') and ${otherSchemas}
    and not exists (
      select from pg_depend d
      where d.classid = 'pg_proc'::regclass and d.objid = f.oid and d.deptype = 'e')`

/** As the server was configured: what this session, its role or its database set is not in it. */
const settings = sql`
  select name, coalesce(reset_val, '') || coalesce(' ' || unit, ''), null
  from pg_settings
  where context <> 'internal' and ${harmlessName}
    and source in ('default', 'environment variable', 'configuration file', 'command line',
      'override', 'dynamic default')`

/** Custom settings are left out: projects keep keys in them. */
const roleSettings = sql`
  select case when s.setrole = 0 then 'database' else 'role ' || coalesce(r.rolname, '?') end
      || ': ' || known.name, split_part(entry, '=', 2), null
  from pg_db_role_setting s
  left join pg_roles r on r.oid = s.setrole
  cross join unnest(s.setconfig) as entry
  join (select name from pg_settings where ${harmlessName}) known
    on known.name = split_part(entry, '=', 1)
  where s.setdatabase in (0, (select oid from pg_database where datname = current_database()))`

const extensions = sql`select extname, extversion, null from pg_extension`

/** The probes that work everywhere. */
export const objectProbes: readonly ObjectProbe[] = [
  { kind: 'table', query: tables },
  { kind: 'index', query: indexes },
  { kind: 'policy', query: policies },
  { kind: 'trigger', query: triggers },
  { kind: 'function', query: functions },
  { kind: 'setting', query: settings },
  { kind: 'role_setting', query: roleSettings },
  { kind: 'extension', query: extensions },
]

/** What only the server knows; moments to the microsecond. */
export function serverProbe(statementsSchema: string | null): ObjectProbe {
  const reset =
    statementsSchema === null
      ? sql`null::timestamptz`
      : sql`(select stats_reset from ${sql.id(statementsSchema, 'pg_stat_statements_info')})`
  return {
    kind: 'server',
    query: sql`
      select object, value, null from (values
        ('version', current_setting('server_version')),
        ('started', to_json(pg_postmaster_start_time()) #>> '{}'),
        ('statements reset', to_json(${reset}) #>> '{}'),
        ('counters reset', (select to_json(stats_reset) #>> '{}' from pg_stat_database
          where datname = current_database()))
      ) v (object, value)
      where value is not null`,
  }
}

/** The ledger of the Supabase CLI, where it is and may be read. */
export async function migrationProbe(trx: Trx): Promise<ObjectProbe | null> {
  const { rows } = await sql<{ has_name: boolean }>`
    select /* supascope */ exists (select from pg_attribute a
      where a.attrelid = c.oid and a.attname = 'name' and not a.attisdropped) as has_name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'supabase_migrations' and c.relname = 'schema_migrations'
      and has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select')`.execute(
    trx,
  )
  const [found] = rows
  if (found === undefined) return null
  const name = found.has_name ? sql`coalesce(' ' || name, '')` : sql`''`
  return {
    kind: 'migration',
    query: sql`select version || ${name}, '', null from supabase_migrations.schema_migrations`,
  }
}
