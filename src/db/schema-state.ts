import { ScopeError } from '../errors.ts'
import type { Capabilities } from './capabilities.ts'
import type { Migration } from './shipped-migrations.ts'

/** Our schema in a database, against the migrations that this program brings. */
export interface SchemaState {
  /** `unreadable`: it is there, but this role may not see it. */
  state: 'missing' | 'unreadable' | 'current' | 'outdated' | 'newer' | 'broken'
  /** Shipped, not applied; oldest first. */
  pending: string[]
  /** Applied, unknown to this program, harmless for it. */
  newer: string[]
  /** Applied, unknown to this program, and made for a newer one. */
  breaking: string[]
  /** Migrations in the ledger whose objects are not all there. */
  damaged: { migration: string; missing: string[]; present: string[] }[]
  role: string
}

/** Compares the ledger, what it promises, and what is really there. Pure. */
export function schemaState(
  capabilities: Pick<Capabilities, 'migrations' | 'schema' | 'role'>,
  shipped: readonly Migration[],
): SchemaState {
  const ledger = capabilities.migrations ?? []
  const known = new Set(shipped.map((migration) => migration.name))
  const applied = new Set(ledger.map((migration) => migration.name))
  const unknown = ledger.filter((migration) => !known.has(migration.name))
  const objects = capabilities.schema?.objects ?? new Set<string>()
  const result: Omit<SchemaState, 'state'> = {
    pending: shipped.map(({ name }) => name).filter((name) => !applied.has(name)),
    newer: unknown.filter(({ breaking }) => !breaking).map(({ name }) => name),
    breaking: unknown.filter(({ breaking }) => breaking).map(({ name }) => name),
    // A newer program may have renamed or dropped what ours expects.
    damaged: unknown.length > 0 ? [] : damaged(shipped, applied, objects),
    role: capabilities.role.name,
  }
  return { ...result, state: verdict(capabilities, result) }
}

function verdict(
  { schema, migrations }: Pick<Capabilities, 'migrations' | 'schema'>,
  result: Omit<SchemaState, 'state'>,
): SchemaState['state'] {
  if (schema === null || !schema.objects.has('schema_migrations')) return 'missing'
  if (migrations === null) return 'unreadable'
  if (result.breaking.length > 0) return 'newer'
  if (result.damaged.length > 0) return 'broken'
  return result.pending.length > 0 ? 'outdated' : 'current'
}

function damaged(
  shipped: readonly Migration[],
  applied: ReadonlySet<string>,
  objects: ReadonlySet<string>,
): SchemaState['damaged'] {
  const dropped = new Set(shipped.flatMap(({ sql }) => names(sql, /\bdrop table (?:if exists )?/g)))
  return shipped
    .filter(({ name }) => applied.has(name))
    .map(({ name, sql }) => {
      const created = names(sql, /\bcreate (?:unlogged )?table (?:if not exists )?/g)
      const expected = created.filter((table) => !dropped.has(table))
      return {
        migration: name,
        missing: expected.filter((table) => !objects.has(table)),
        present: expected.filter((table) => objects.has(table)),
      }
    })
    .filter(({ missing }) => missing.length > 0)
}

/** Tables of our schema that follow `keyword`: the files are ours and keep to one form. */
function names(text: string, keyword: RegExp): string[] {
  const pattern = new RegExp(`${keyword.source}supascope\\.(\\w+)`, 'g')
  return [...text.matchAll(pattern)].map((match) => String(match[1]))
}

/**
 * Why the stored history can't be used: SCOPE_SCHEMA_MISSING, SCOPE_SCHEMA_OUTDATED,
 * SCOPE_SCHEMA_NEWER, SCOPE_SCHEMA_BROKEN or SCOPE_DB_PRIVILEGE. Null if it can.
 */
export function schemaProblem(state: SchemaState): ScopeError | null {
  switch (state.state) {
    case 'current':
      return null
    case 'missing':
      return new ScopeError(
        'SCOPE_SCHEMA_MISSING',
        'the schema supascope is not in this database',
        'run `supascope migrate`',
      )
    case 'outdated':
      return new ScopeError(
        'SCOPE_SCHEMA_OUTDATED',
        `the database lacks the migration ${state.pending[0]}`,
        'run `supascope migrate`',
      )
    case 'newer':
      return new ScopeError(
        'SCOPE_SCHEMA_NEWER',
        `the database has migration ${state.breaking[0]}, which this supascope does not know`,
        'update the program: npm install supascope@latest',
      )
    case 'broken':
      return brokenSchema(state.damaged)
    case 'unreadable':
      return new ScopeError(
        'SCOPE_DB_PRIVILEGE',
        `the role ${state.role} may not read the schema supascope`,
        "grant it what docs/permissions.md lists, or connect as the schema's owner",
      )
  }
}

/** The remedy is SQL that brings exactly the damaged migration back. */
function brokenSchema(damage: SchemaState['damaged']): ScopeError {
  const missing = damage.flatMap((entry) => entry.missing).map((table) => `supascope.${table}`)
  return new ScopeError(
    'SCOPE_SCHEMA_BROKEN',
    `the ledger has ${damage.map((entry) => entry.migration).join(', ')}, but ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} not there`,
    `restore from a backup, or lose the stored history and run: ${brokenRemedy(damage)} Then \`supascope migrate\``,
  )
}

function brokenRemedy(damage: SchemaState['damaged']): string {
  const present = damage.flatMap((entry) => entry.present).map((table) => `supascope.${table}`)
  const ledger = damage.map((entry) => `'${entry.migration}'`).join(', ')
  const drop = present.length === 0 ? '' : `drop table ${present.join(', ')} cascade; `
  return `${drop}delete from supascope.schema_migrations where name in (${ledger});`
}
