/** A statement_timeout as it is set for logins of a role. */
export interface RoleTimeout {
  role: string
  /** Null: no timeout. */
  ms: number | null
  /** Where the value is set: for the role in this database, the role, the database or the server. */
  from: 'role in database' | 'role' | 'database' | 'server'
}

/** A setting of one name as the catalogs hold it; role or database are null where it is for all. */
export interface StoredSetting {
  role: string | null
  database: boolean
  value: string
}

const unitMs: Readonly<Record<string, number>> = {
  '': 1,
  us: 0.001,
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** A duration as settings hold it, ms: `8s`, `5min`, `3000`; null for zero and what is none. */
export function settingMs(value: string): number | null {
  const [, number, unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/.exec(value) ?? []
  const ms = Number(number) * ((Object.hasOwn(unitMs, unit) && unitMs[unit]) || Number.NaN)
  return ms > 0 ? ms : null
}

/** Roles that the API changes to, and the one that it logs in as. */
const apiLogin = 'authenticator'
const apiRoles: readonly string[] = ['anon', 'authenticated', 'service_role']

/** What a login of a role gets, as the server resolves it. */
export function timeoutOf(
  role: string,
  settings: readonly StoredSetting[],
  serverMs: number | null,
): RoleTimeout {
  const find = (of: string | null, database: boolean): string | undefined =>
    settings.find((one) => one.role === of && one.database === database)?.value
  const found =
    entry(find(role, true), 'role in database') ??
    entry(find(role, false), 'role') ??
    entry(find(null, true), 'database')
  return { role, ...(found ?? { ms: serverMs, from: 'server' as const }) }
}

function entry(
  value: string | undefined,
  from: RoleTimeout['from'],
): Omit<RoleTimeout, 'role'> | undefined {
  return value === undefined ? undefined : { ms: settingMs(value), from }
}

/**
 * The timeouts that the API's requests run under, by role. The API applies the settings of the role
 * that a request runs as over those of its own login; those that are for one database it does not.
 */
export function apiTimeouts(
  settings: readonly StoredSetting[],
  serverMs: number | null,
): RoleTimeout[] {
  const login = timeoutOf(apiLogin, settings, serverMs)
  return apiRoles.map((role) => {
    const own = settings.find((one) => one.role === role && !one.database)
    return own === undefined
      ? { ...login, role }
      : { role, ms: settingMs(own.value), from: 'role' as const }
  })
}

/** Every timeout, ms, that a statement of a session may run under, least first. */
export function possibleTimeouts(
  login: string,
  settings: readonly StoredSetting[],
  serverMs: number | null,
): number[] {
  const all =
    login === apiLogin ? apiTimeouts(settings, serverMs) : [timeoutOf(login, settings, serverMs)]
  const known = all.flatMap(({ ms }) => (ms === null ? [] : [ms]))
  return [...new Set(known)].sort((a, b) => a - b)
}
