import { sql } from 'kysely'
import type { Database } from './connect.ts'
import { readOnly, type Trx } from './transaction.ts'

/** What is known of pg_stat_statements in this database. */
export interface StatementStatistics {
  /** Schema of the extension, `extensions` on Supabase. */
  schema: string
  /** Version of the extension's SQL objects, which says what columns there are: `1.11`. */
  version: string
  /** The newest version that the server could update to. */
  availableVersion: string
  /** False if the server was started without it in shared_preload_libraries. */
  loaded: boolean
  /** pg_stat_statements.max: entries it holds before it evicts. */
  maxEntries: number
  /** `top`, `all` or `none`. */
  track: string
}

/** Facts of the server, the database and the role, detected and never assumed. */
export interface Capabilities {
  server: { version: string; versionNum: number }
  database: string
  readReplica: boolean
  role: { name: string; superuser: boolean; bypassRls: boolean; readAllStats: boolean }
  /** Null if the extension is not installed in this database. */
  statements: StatementStatistics | null
  /** The schema `supascope`; null if it is not there. */
  schema: { owner: string; objects: ReadonlySet<string> } | null
  /** Names in our ledger, oldest first; null if the schema is not there or not ours to read. */
  migrations: { name: string; breaking: boolean }[] | null
  /** Installed extensions by name, with their versions. */
  extensions: ReadonlyMap<string, string>
  /** Settings that findings and `doctor` speak of; null if unknown to the server or hidden. */
  settings: ReadonlyMap<string, string | null>
}

const settingNames = [
  'track_io_timing',
  'compute_query_id',
  'shared_preload_libraries',
  'pg_stat_statements.max',
  'pg_stat_statements.track',
  'pg_stat_statements.track_planning',
]

interface FactsRow {
  version: string
  version_num: number
  database: string
  read_replica: boolean
  role: string
  superuser: boolean
  bypass_rls: boolean
  read_all_stats: boolean
  pgss_schema: string | null
  pgss_version: string | null
  pgss_available: string | null
  extensions: Record<string, string>
  settings: Record<string, string | null>
  schema_owner: string | null
  schema_objects: string[]
  ledger_readable: boolean
  ledger_filtered: boolean
}

const facts = sql<FactsRow>`
  select /* supascope */
    current_setting('server_version') as version,
    current_setting('server_version_num')::int as version_num,
    current_database() as database,
    pg_is_in_recovery() as read_replica,
    current_user::text as role,
    r.rolsuper as superuser,
    r.rolbypassrls as bypass_rls,
    pg_has_role(current_user, 'pg_read_all_stats', 'usage') as read_all_stats,
    (select n.nspname from pg_extension e join pg_namespace n on n.oid = e.extnamespace
      where e.extname = 'pg_stat_statements') as pgss_schema,
    (select extversion from pg_extension where extname = 'pg_stat_statements') as pgss_version,
    (select default_version from pg_available_extensions
      where name = 'pg_stat_statements') as pgss_available,
    (select coalesce(jsonb_object_agg(extname, extversion), '{}') from pg_extension) as extensions,
    -- The view leaves out what this role may not see, where current_setting() would raise an error.
    (select jsonb_object_agg(wanted.name, s.setting)
      from unnest(${settingNames}::text[]) as wanted (name)
      left join pg_settings s on s.name = wanted.name) as settings,
    (select pg_get_userbyid(nspowner)::text from pg_namespace
      where nspname = 'supascope') as schema_owner,
    (select coalesce(array_agg(relname::text), '{}') from pg_class
      where relnamespace = to_regnamespace('supascope')) as schema_objects,
    coalesce(row_security_active(ledger.oid), false) as ledger_filtered,
    coalesce(has_table_privilege(ledger.oid, 'select')
      and has_schema_privilege(ledger.relnamespace, 'usage'), false) as ledger_readable
  from pg_roles r
  -- Not to_regclass(): it refuses a role that may not use the schema.
  left join pg_class ledger on ledger.relname = 'schema_migrations'
    and ledger.relnamespace = to_regnamespace('supascope')
  where r.rolname = current_user`

/** Asks the server what it is and what this role may see. */
export function detectCapabilities(db: Database): Promise<Capabilities> {
  return readOnly(db, async (trx) => {
    const row = (await facts.execute(trx)).rows[0]
    if (row === undefined) throw new Error('the current role is not in pg_roles')
    const migrations = row.ledger_readable ? await readLedger(trx) : null
    const settings = new Map(Object.entries(row.settings))
    return {
      server: { version: row.version, versionNum: row.version_num },
      database: row.database,
      readReplica: row.read_replica,
      role: {
        name: row.role,
        superuser: row.superuser,
        bypassRls: row.bypass_rls,
        readAllStats: row.read_all_stats,
      },
      statements: statementStatistics(row, settings),
      schema:
        row.schema_owner === null
          ? null
          : { owner: row.schema_owner, objects: new Set(row.schema_objects) },
      // Row level security does not refuse, it hides: a ledger that looks empty is one not shown.
      migrations: row.ledger_filtered && migrations?.length === 0 ? null : migrations,
      extensions: new Map(Object.entries(row.extensions)),
      settings,
    }
  })
}

async function readLedger(trx: Trx): Promise<{ name: string; breaking: boolean }[]> {
  const { rows } = await sql<{ name: string; breaking: boolean }>`
    select /* supascope */ name, breaking from supascope.schema_migrations order by name`.execute(
    trx,
  )
  return rows
}

function statementStatistics(
  row: FactsRow,
  settings: ReadonlyMap<string, string | null>,
): StatementStatistics | null {
  if (row.pgss_schema === null || row.pgss_version === null) return null
  // The library defines its settings when it is preloaded; without it they do not exist.
  const maxEntries = settings.get('pg_stat_statements.max') ?? null
  return {
    schema: row.pgss_schema,
    version: row.pgss_version,
    availableVersion: row.pgss_available ?? row.pgss_version,
    loaded: maxEntries !== null,
    maxEntries: Number(maxEntries ?? 0),
    track: settings.get('pg_stat_statements.track') ?? 'none',
  }
}
