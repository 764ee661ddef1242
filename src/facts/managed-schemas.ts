/**
 * Schemas that Supabase or an extension owns: a team can't change what is in them, so rules on
 * design and indexes leave them alone. Ours is among them.
 */
export const managedSchemas: ReadonlySet<string> = new Set([
  '_analytics',
  '_realtime',
  '_supavisor',
  'auth',
  'cron',
  'dbdev',
  'extensions',
  'graphql',
  'graphql_public',
  'information_schema',
  'net',
  'pgbouncer',
  'pgmq',
  'pgsodium',
  'pgsodium_masks',
  'pgtle',
  'realtime',
  'repack',
  'storage',
  'supabase_functions',
  'supabase_migrations',
  'supascope',
  'tiger',
  'tiger_data',
  'timescaledb_internal',
  'topology',
  'vault',
])

/** True for what a team did not make itself. */
export function isManaged(object: { schema: string; extension?: string | null }): boolean {
  return (
    managedSchemas.has(object.schema) ||
    object.schema.startsWith('pg_') ||
    (object.extension ?? null) !== null
  )
}
