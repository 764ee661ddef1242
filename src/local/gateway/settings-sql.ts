import type { Caller } from './caller.ts'
import { exposedSchema } from './schema-cache.ts'
import { type Fragment, join, raw, sql, value } from './sql-fragment.ts'

/** What the transaction of a request is told of the request. */
export interface RequestFacts {
  method: string
  path: string
  headers: Record<string, string>
  cookies: Record<string, string>
}

/**
 * The settings of a request, for its transaction alone: search path, settings of the role, then the
 * role itself, claims and request, in PostgREST's order.
 * https://docs.postgrest.org/en/stable/references/transactions.html#transaction-scoped-settings
 */
export function settingsSql(
  caller: Caller,
  facts: RequestFacts,
  roleSettings: Record<string, string>,
  functionSettings: Record<string, string>,
): Fragment {
  const constant = (key: string, text: string): Fragment =>
    sql`set_config('${raw(key)}', ${value(text)}, true)`
  const dynamic = ([key, text]: [string, string]): Fragment =>
    sql`set_config(${value(key)}, ${value(text)}, true)`
  const parts = [
    constant('search_path', `"${exposedSchema}", "extensions"`),
    ...Object.entries(roleSettings).map(dynamic),
    constant('role', caller.role),
    constant('request.jwt.claims', JSON.stringify(caller.claims)),
    constant('request.method', facts.method),
    constant('request.path', facts.path),
    constant('request.headers', JSON.stringify(facts.headers)),
    constant('request.cookies', JSON.stringify(facts.cookies)),
    ...Object.entries(functionSettings).map(dynamic),
  ]
  return sql`select ${join(parts, ', ')}`
}
