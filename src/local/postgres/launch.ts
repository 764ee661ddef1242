import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ScopeError } from '../../errors.ts'
import { localFailure } from './failure.ts'
import { type Guarded, startGuarded } from './guardian.ts'
import type { Installation } from './installation.ts'
import { baseSettings, type Settings, settingLines } from './installation.ts'
import { outside, type Place, runIn } from './place.ts'

const readyTimeoutMs = 60_000
const freePortAttempts = 5

/** A server that answers. */
export interface Launched {
  process: Guarded
  port: number
}

/**
 * Starts Postgres on `data` in the run folder and waits until it takes connections. Without a port
 * it takes a free one, and another if somebody was quicker.
 *
 * @throws ScopeError SCOPE_PORT_IN_USE, SCOPE_DISK_FULL, SCOPE_LOCAL_FAILED
 */
export async function launch(
  place: Place,
  installation: Installation,
  options: { run: string; port?: number | undefined; settings?: Settings },
): Promise<Launched> {
  const settings = { ...baseSettings, ...installation.settings, ...options.settings }
  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await freePort())
    try {
      await writeSettings(place, options.run, { ...settings, port })
      return { process: await startOnce(place, installation, { run: options.run, port }), port }
    } catch (error) {
      const retry = options.port === undefined && attempt < freePortAttempts
      if (!(retry && error instanceof ScopeError && error.code === 'SCOPE_PORT_IN_USE')) {
        throw error
      }
    }
  }
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port was bound')
  return address.port
}

/** In a file and not on the command line, so that `alter system` can overrule them. */
async function writeSettings(place: Place, run: string, settings: Settings): Promise<void> {
  const script =
    'cat > "$1/supascope.conf" && { grep -q "^include_if_exists = .supascope" "$1/postgresql.conf" || echo "include_if_exists = \'supascope.conf\'" >> "$1/postgresql.conf"; }'
  await runIn(place, script, [join(run, 'data')], settingLines(settings))
}

async function startOnce(
  place: Place,
  installation: Installation,
  { run, port }: { run: string; port: number },
): Promise<Guarded> {
  const data = join(run, 'data')
  const log = join(run, 'postgres.log')
  const logBefore = (await readText(outside(place, log))).length
  const statusFile = outside(place, join(data, 'postmaster.pid'))
  const statusBefore = await readText(statusFile)
  const server = startGuarded(place, [join(installation.bin, 'postgres'), '-D', data], {
    folder: run,
    log,
  })
  // A start that fails is told by its exit, one that works by the status file, as pg_ctl does it.
  for (const since = Date.now(); Date.now() - since < readyTimeoutMs; await sleep(5)) {
    if (server.hasExited()) {
      await server.exited
      const text = (await readText(outside(place, log))).slice(logBefore)
      throw startFailure(text, installation, port)
    }
    const status = await readText(statusFile)
    if (status !== statusBefore && status.split('\n')[7]?.trim() === 'ready') return server
  }
  await server.end('QUIT')
  throw new ScopeError(
    'SCOPE_LOCAL_FAILED',
    `the local Postgres did not get ready within ${readyTimeoutMs / 1000} s`,
    'the machine is too busy: try again later',
  )
}

function startFailure(log: string, installation: Installation, port: number): ScopeError {
  if (/could not bind .* address .*: Address already in use/.test(log)) {
    return new ScopeError(
      'SCOPE_PORT_IN_USE',
      `another program listens on port ${port} of this machine`,
      'stop that program, or choose another port; without a port a free one is taken',
    )
  }
  const reasons = log.split('\n').filter((line) => /FATAL|PANIC|ERROR|error while/.test(line))
  return localFailure(
    new Error(reasons.join('\n') || log),
    `the local Postgres (${installation.name}) did not start`,
    'try again; if it stays so, report it with this message',
  )
}

function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
}
