import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Guarded, startGuarded } from '../src/local/postgres/guardian.ts'
import { freePort, localPassword, localUrl } from '../src/local/postgres/index.ts'
import { outside, type Place, preparePlace, runIn } from '../src/local/postgres/place.ts'
import { discard, newRunFolder } from '../src/local/postgres/run-folder.ts'
import { missingDebianPackages } from './debian-packages.ts'

const roles = ['postgres', 'supabase_admin', 'authenticator', 'supabase_read_only_user']
const attempts = 5
const readyTimeoutMs = 20_000

export interface Pooler {
  readonly port: number
  /** @param role @defaultValue 'postgres' */
  url(database: string, role?: string): string
}

/** Why there can be no pooler here, or false. */
export async function poolerUnavailable(): Promise<string | false> {
  return (await missingDebianPackages(['pgbouncer'])) ?? false
}

/**
 * Puts PgBouncer in transaction mode before a server, as Supabase's port 6543 is: no session state,
 * no prepared statements by name, no start-up parameter that it does not know. Stops with the test.
 *
 * @param options.poolSize connections a database and role may have. @defaultValue 2, so that
 *   transactions do change the connection
 */
export async function startPgbouncer(
  t: Pick<TestContext, 'after'>,
  server: { port: number },
  options: { poolSize?: number } = {},
): Promise<Pooler> {
  const place = preparePlace()
  const folder = await newRunFolder(place)
  let pooler: Guarded | undefined
  t.after(async () => {
    await pooler?.end('TERM')
    await discard(place, folder)
  })
  for (let attempt = 1; ; attempt++) {
    const port = await freePort()
    await writeConfiguration(place, folder, { port, target: server.port, ...options })
    const log = join(folder, `pgbouncer-${attempt}.log`)
    const file = join(folder, 'pgbouncer.ini')
    pooler = startGuarded(place, ['pgbouncer', file], { folder, log, signal: 'TERM' })
    if (await listens(pooler, port)) {
      return { port, url: (database, role = 'postgres') => localUrl(port, database, role) }
    }
    if (attempt === attempts) {
      throw new Error(`pgbouncer did not start: ${await readFile(outside(place, log), 'utf8')}`)
    }
  }
}

async function writeConfiguration(
  place: Place,
  folder: string,
  options: { port: number; target: number; poolSize?: number },
): Promise<void> {
  const users = roles.map((role) => `"${role}" "${localPassword}"\n`).join('')
  await runIn(place, 'cat > "$1"', [join(folder, 'users.txt')], users)
  const configuration = `[databases]
* = host=127.0.0.1 port=${options.target}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${options.port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${join(folder, 'users.txt')}
pool_mode = transaction
default_pool_size = ${options.poolSize ?? 2}
max_client_conn = 200
`
  await runIn(place, 'cat > "$1"', [join(folder, 'pgbouncer.ini')], configuration)
}

/** False if it ended instead, as it does when somebody was quicker to take the port. */
async function listens(pooler: Guarded, port: number): Promise<boolean> {
  for (const since = Date.now(); Date.now() - since < readyTimeoutMs; await sleep(10)) {
    if (pooler.hasExited()) return false
    if (await accepts(port)) return !pooler.hasExited()
  }
  return false
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
