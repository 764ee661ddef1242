import { quoteIdentifier } from '../../quote.ts'
import { type Check, type Facts, fail, ok } from './check.ts'

export function checkRole({ capabilities }: Facts): Check[] {
  return [checkStatistics(capabilities.role), checkRowSecurity(capabilities)]
}

function checkStatistics(role: Facts['capabilities']['role']): Check {
  if (role.readAllStats)
    return ok('role_statistics', `${role.name} sees the statements of all roles`)
  return fail(
    'role_statistics',
    `${role.name} sees only its own statements: those of the API would be missing`,
    `grant pg_monitor to ${quoteIdentifier(role.name)};`,
  )
}

function checkRowSecurity({ role, schema }: Facts['capabilities']): Check {
  const exempt = role.superuser || role.bypassRls || schema?.owner === role.name
  return ok(
    'role_row_security',
    exempt
      ? `row level security does not hide our own tables from ${role.name}`
      : `${role.name} is subject to row level security: it needs the policies of docs/permissions.md`,
  )
}
