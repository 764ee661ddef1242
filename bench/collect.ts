/**
 * What a snapshot costs, against other ways to follow pg_stat_statements, and what a report over
 * many snapshots costs.
 *
 *     npm run bench -- collect [--statements 5000] [--rounds 15] [--snapshots 1000] [--version 17]
 */
import { parseArgs } from 'node:util'
import { applyMigrations, connect, detectCapabilities } from '../src/db/index.ts'
import { startPostgres } from '../src/local/postgres/index.ts'
import { comparePolls } from './collect/compare-polls.ts'
import { compareReads } from './collect/compare-reads.ts'
import { createWorkload } from './collect/workload.ts'

const { values } = parseArgs({
  options: {
    statements: { type: 'string', default: '5000' },
    rounds: { type: 'string', default: '15' },
    snapshots: { type: 'string', default: '1000' },
    version: { type: 'string', default: '17' },
  },
})
const statements = Number(values.statements)
const version = ([15, 17, 18] as const).find((each) => each === Number(values.version)) ?? 17

const server = await startPostgres({
  version,
  settings: {
    // Room for our own and the others' statements beside those that are measured.
    'pg_stat_statements.max': statements + 500,
    track_io_timing: 'on',
    autovacuum: 'on',
  },
})
try {
  const connection = await connect({ url: server.url() })
  try {
    const bare = await detectCapabilities(connection.db)
    await applyMigrations(connection.db, { capabilities: bare })
    const capabilities = await detectCapabilities(connection.db)
    const watched = { server, db: connection.db, capabilities }
    const workload = await createWorkload(server, statements)
    console.log(`PostgreSQL ${server.version}, ${statements} statements, 1 in 10 changed\n`)
    await comparePolls(watched, workload, Number(values.rounds))
    await compareReads(watched, workload, Number(values.snapshots))
    await workload.close()
  } finally {
    await connection.close()
  }
} finally {
  await server.stop('immediate')
}
