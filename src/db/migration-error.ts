import { ScopeError } from '../errors.ts'
import { databaseError } from './database-error.ts'

// duplicate_schema, duplicate_table, duplicate_object, duplicate_function
const alreadyThere = ['42P06', '42P07', '42710', '42723']

/** Says which file the server refused, and why. */
export function migrationError(error: unknown, name: string): ScopeError {
  const known = databaseError(error)
  if (known.code === 'SCOPE_SCHEMA_BROKEN') return known
  const cause = known.cause
  const state = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  if (alreadyThere.includes(state)) {
    return new ScopeError(
      'SCOPE_SCHEMA_BROKEN',
      `migration ${name} finds its objects already there, but the ledger does not have it: ${known.message}`,
      `if they hold nothing of worth: drop schema supascope cascade; then run \`supascope migrate\`. Else: insert into supascope.schema_migrations (name, breaking) values ('${name}', true);`,
      { cause: known },
    )
  }
  return new ScopeError(
    known.code,
    `migration ${name} was refused: ${known.message}`,
    known.code === 'SCOPE_DB_FAILED'
      ? 'nothing of it was applied; mend the reason and run `supascope migrate` again'
      : known.hint,
    { cause: known },
  )
}
