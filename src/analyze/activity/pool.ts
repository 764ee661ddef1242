/** Who holds a connection: a part of Supabase, a pooler, or a program of the team's own. */
export type Pool =
  | 'postgrest'
  | 'supavisor'
  | 'pgbouncer'
  | 'auth'
  | 'storage'
  | 'realtime'
  | 'dashboard'
  | 'cron'
  | 'supascope'
  | 'direct'

/** By the name that the program gives itself, most telling first. */
const applications: readonly (readonly [RegExp, Pool])[] = [
  [/^supascope/i, 'supascope'],
  [/^postgrest/i, 'postgrest'],
  [/^supavisor/i, 'supavisor'],
  [/^pgbouncer/i, 'pgbouncer'],
  [/^(supabase[ _/-]?(dashboard|studio)|postgres-meta|pg-meta)/i, 'dashboard'],
  [/^realtime/i, 'realtime'],
  [/^pg_cron/i, 'cron'],
]

/** By the role that logged in, where the program does not say its name. */
const logins: Readonly<Record<string, Pool>> = {
  authenticator: 'postgrest',
  pgbouncer: 'pgbouncer',
  supabase_auth_admin: 'auth',
  supabase_storage_admin: 'storage',
  supabase_realtime_admin: 'realtime',
}

/**
 * Tells who holds a connection, by what pg_stat_activity shows of it. A pooler shows itself only
 * where it does not pass its clients' application_name on; what came through it counts as `direct`
 * then.
 */
export function poolOf(login: string, application: string): Pool {
  const known = applications.find(([pattern]) => pattern.test(application))
  return known?.[1] ?? (Object.hasOwn(logins, login) ? logins[login] : undefined) ?? 'direct'
}
