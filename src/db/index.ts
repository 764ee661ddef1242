/**
 * The way to the database: connecting, what the server can do, transactions with limits, and the
 * shape of our own tables.
 */
export { type Capabilities, detectCapabilities, type StatementStatistics } from './capabilities.ts'
export { type Connection, type ConnectOptions, connect, type Database } from './connect.ts'
export { databaseError } from './database-error.ts'
export { type DatabaseUrl, parseDatabaseUrl } from './database-url.ts'
export { type ApplyOptions, type ApplyResult, applyMigrations } from './migrations.ts'
export type { Pooler } from './pooler.ts'
export type { Schema } from './schema.ts'
export { type SchemaState, schemaProblem, schemaState } from './schema-state.ts'
export { directIngestMigration, type Migration, shippedMigrations } from './shipped-migrations.ts'
export { metered, type StatementCost } from './statement-cost.ts'
export { type Limits, readOnly, readWrite, type Trx } from './transaction.ts'
