import type { Capabilities } from '../../db/index.ts'
import { ScopeError } from '../../errors.ts'

/**
 * Without this right the server shows other roles' sessions, but not what they do: a probe that
 * judged by them would take hidden for fine.
 *
 * @throws ScopeError SCOPE_DB_PRIVILEGE
 */
export function requireSeeingSessions({ role }: Capabilities): void {
  if (role.readAllStats) return
  throw new ScopeError(
    'SCOPE_DB_PRIVILEGE',
    `the role ${role.name} may not see what other sessions do`,
    `grant pg_monitor to "${role.name.replace(/"/g, '""')}"`,
  )
}
