import {
  type Capabilities,
  type Database,
  detectCapabilities,
  schemaProblem,
  schemaState,
  shippedMigrations,
} from '../../../db/index.ts'

/**
 * What the server is now: between two firings it may have been upgraded or migrated.
 *
 * @throws ScopeError SCOPE_SCHEMA_MISSING, SCOPE_SCHEMA_OUTDATED, SCOPE_SCHEMA_NEWER,
 *   SCOPE_SCHEMA_BROKEN, SCOPE_DB_PRIVILEGE
 */
export async function requireSchema(db: Database): Promise<Capabilities> {
  const capabilities = await detectCapabilities(db)
  const problem = schemaProblem(schemaState(capabilities, await shippedMigrations()))
  if (problem) throw problem
  return capabilities
}
