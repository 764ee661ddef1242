import { join } from 'node:path'
import { sweepUnused } from './cache.ts'
import { type EmbeddedVersion, embeddedInstallation } from './embedded.ts'
import { localFailure } from './failure.ts'
import type { Installation, Settings } from './installation.ts'
import { type Launched, launch } from './launch.ts'
import { localUrl } from './local-url.ts'
import { outside, type Place, preparePlace, runIn } from './place.ts'
import { discard, newRunFolder, sweepRunFolders } from './run-folder.ts'
import { readyTemplate } from './template.ts'

export interface PostgresOptions {
  /** Major version of the embedded server. @defaultValue 17 */
  version?: EmbeddedVersion
  /** A Postgres that is not the embedded one; overrules `version`. */
  installation?: Installation
  /** Port on 127.0.0.1. @defaultValue a free one */
  port?: number
  /** Further server settings, such as `{ 'pg_stat_statements.max': 100 }`. */
  settings?: Settings
  /**
   * Holds everything that can be made again.
   * @defaultValue /var/cache/supascope for root, else supascope in the user's cache folder
   */
  cacheFolder?: string
}

export type StopMode =
  /** Ends sessions, writes everything out. */
  | 'fast'
  /** Drops everything, as a crash does: the next start recovers from the log. */
  | 'immediate'

/** A running, Supabase-shaped Postgres that nobody else uses. */
export interface PostgresServer {
  /** What the server calls itself: `17.10`. */
  readonly version: string
  readonly port: number
  /** As seen from this process, also where the server is confined to a folder. */
  readonly dataDirectory: string
  readonly logFile: string
  /**
   * Connection URL, password included: every role has the password `postgres`, which is fine
   * because the server listens on 127.0.0.1 alone.
   *
   * @param database @defaultValue 'postgres'
   * @param role @defaultValue 'postgres', which is no superuser here; `supabase_admin` is
   */
  url(database?: string, role?: string): string
  /** Stops the server and removes its data. Harmless when repeated. */
  stop(mode?: StopMode): Promise<void>
  /** Stops it, and starts it on the same data and port. */
  restart(mode?: StopMode): Promise<void>
}

const signals = { fast: 'INT', immediate: 'QUIT' } as const

/**
 * Starts a Postgres of our own in about a second: a copy of a data folder that was made ready at
 * the first start. Its data is thrown away: it runs without fsync. It never keeps this process
 * alive, and ends with it in whatever way that ends.
 *
 * @throws ScopeError SCOPE_LOCAL_MISSING, SCOPE_LOCAL_FAILED, SCOPE_PORT_IN_USE, SCOPE_DISK_FULL
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const place = preparePlace({
    ...(options.installation?.root !== undefined && { root: options.installation.root }),
    ...(options.cacheFolder !== undefined && { cache: options.cacheFolder }),
  })
  await sweepRunFolders(place)
  const installation =
    options.installation ?? (await embeddedInstallation(options.version ?? 17, place))
  const { template, version } = await readyTemplate(place, installation)
  await sweepUnused(place)
  const run = await newRunFolder(place)
  const start = (port: number | undefined): Promise<Launched> =>
    launch(place, installation, { run, port, settings: options.settings ?? {} })
  try {
    await copyTemplate(place, template, join(run, 'data'))
    const launched = await start(options.port)
    return handle({ place, run, version, launched, start })
  } catch (error) {
    await discard(place, run)
    throw error
  }
}

async function copyTemplate(place: Place, template: string, data: string): Promise<void> {
  // Where the file system can share blocks between copies, the copy costs next to nothing.
  const flags = { linux: '-a --reflink=auto', darwin: '-Rpc' }[process.platform as string] ?? '-Rp'
  try {
    await runIn(place, `cp ${flags} "$1" "$2"`, [template, data])
  } catch (cause) {
    throw localFailure(cause, 'the data folder could not be copied', 'try again')
  }
}

function handle(parts: {
  place: Place
  run: string
  version: string
  launched: Launched
  start: (port: number) => Promise<Launched>
}): PostgresServer {
  const { place, run, version, start } = parts
  const { port } = parts.launched
  let { process } = parts.launched
  return {
    version,
    port,
    dataDirectory: outside(place, join(run, 'data')),
    logFile: outside(place, join(run, 'postgres.log')),
    url: (database = 'postgres', role = 'postgres') => localUrl(port, database, role),
    async stop(mode = 'fast') {
      await process.end(signals[mode])
      await discard(place, run)
    },
    async restart(mode = 'fast') {
      await process.end(signals[mode])
      process = (await start(port)).process
    },
  }
}
