/**
 * What being watched costs a database: pgbench with and without `supascope serve` at its defaults.
 *
 *     npm run bench -- overhead [--rounds 5] [--seconds 60] [--statements 1000] [--version 17]
 */
import { parseArgs } from 'node:util'
import { applyMigrations, connect } from '../src/db/index.ts'
import { startPostgres } from '../src/local/postgres/index.ts'
import { createWorkload } from './collect/workload.ts'
import { compareThroughput } from './overhead/compare-throughput.ts'
import { findPgbench } from './overhead/pgbench.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '60' },
    statements: { type: 'string', default: '1000' },
    version: { type: 'string', default: '17' },
  },
})
const version = ([15, 17, 18] as const).find((each) => each === Number(values.version)) ?? 17
const pgbench = await findPgbench()

const server = await startPostgres({
  version,
  settings: { autovacuum: 'on', track_io_timing: 'on', shared_buffers: '256MB' },
})
try {
  const connection = await connect({ url: server.url() })
  try {
    await applyMigrations(connection.db)
  } finally {
    await connection.close()
  }
  // What pg_stat_statements holds besides the statements of pgbench.
  const workload = await createWorkload(server, Number(values.statements))
  await workload.close()
  await compareThroughput({
    server,
    pgbench,
    rounds: Number(values.rounds),
    seconds: Number(values.seconds),
  })
} finally {
  await server.stop('immediate')
}
