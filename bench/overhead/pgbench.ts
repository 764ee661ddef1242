import { execFile } from 'node:child_process'
import { globSync } from 'node:fs'
import { promisify } from 'node:util'
import type { PostgresServer } from '../../src/local/postgres/index.ts'

const run = promisify(execFile)

/** Clients of pgbench, all busy: as many as the pool of a small project. */
export const clients = 8
/** pgbench's scale: 500,000 accounts, 75 MB. */
export const scale = 5

/** @throws Error if this machine has none: npm's servers come without it. */
export async function findPgbench(): Promise<string> {
  const found = globSync('/usr/lib/postgresql/*/bin/pgbench').toSorted().at(-1) ?? 'pgbench'
  await run(found, ['--version']).catch((cause: unknown) => {
    throw new Error('there is no pgbench here: install postgresql-contrib or postgresql', { cause })
  })
  return found
}

export async function fillTables(pgbench: string, server: PostgresServer): Promise<void> {
  await run(pgbench, ['-i', '-q', '-s', String(scale), server.url()])
}

/** Transactions a second of pgbench's usual mix (one read, three updates, one insert). */
export async function throughput(
  pgbench: string,
  server: PostgresServer,
  seconds: number,
): Promise<number> {
  const { stdout } = await run(pgbench, [
    ...['-n', '-M', 'prepared', '-c', String(clients), '-j', '1', '-T', String(seconds)],
    server.url(),
  ])
  const [, tps] = /^tps = ([\d.]+)/m.exec(stdout) ?? []
  if (tps === undefined) throw new Error(`pgbench said: ${stdout}`)
  return Number(tps)
}
