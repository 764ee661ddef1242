import pg from 'pg'
import { type SnapshotOptions, type SnapshotResult, takeSnapshot } from '../src/collect/index.ts'
import {
  type Capabilities,
  type Connection,
  connect,
  type Database,
  detectCapabilities,
} from '../src/db/index.ts'

/** A connection that takes snapshots, and one that runs the statements they are about. */
export interface Collector {
  readonly db: Database
  readonly capabilities: Capabilities
  snapshot(options?: SnapshotOptions): Promise<SnapshotResult>
  /** Runs statements as a role, all in one message. */
  run(role: string, ...statements: string[]): Promise<void>
  close(): Promise<void>
}

/** @param url of a database with our schema, as `postgres`; @param adminUrl as a superuser. */
export async function openCollector(url: string, adminUrl: string): Promise<Collector> {
  const connection: Connection = await connect({ url })
  const capabilities = await detectCapabilities(connection.db)
  const { db } = connection
  return {
    db,
    capabilities,
    // As often as asked, so that tests see texts at once.
    snapshot: (options = { textIntervalSeconds: 0 }) => takeSnapshot(db, capabilities, options),
    async run(role, ...statements) {
      const client = new pg.Client({ connectionString: adminUrl })
      await client.connect()
      try {
        await client.query(`set role ${role}; ${statements.join('; ')}`)
      } finally {
        await client.end()
      }
    },
    close: () => connection.close(),
  }
}
