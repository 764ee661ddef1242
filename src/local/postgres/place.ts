import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { ScopeError } from '../../errors.ts'
import { localFailure } from './failure.ts'

/** Where a server runs: as whom, behind which chroot, and where its files are kept. */
export interface Place {
  /** Postgres refuses to run as root; undefined where we are not root and need no other account. */
  account: { uid: number; gid: number } | undefined
  /** Folder that the server is confined to; its paths are then as seen from inside. */
  root: string | undefined
  /** Holds `runs`, `templates` and `binaries`; as seen from inside `root`. */
  cache: string
}

/**
 * The folder of everything that can be made again: `/var/cache/supascope` for root, because the
 * unprivileged account must reach it, else `supascope` in the user's cache folder.
 */
export function defaultCacheFolder(): string {
  if (process.getuid?.() === 0) return '/var/cache/supascope'
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'supascope')
}

/** @throws ScopeError SCOPE_LOCAL_FAILED if this platform or account can't run a server. */
export function preparePlace(options: { root?: string; cache?: string } = {}): Place {
  if (process.platform === 'win32') {
    throw new ScopeError(
      'SCOPE_LOCAL_FAILED',
      'the local Postgres does not run on Windows itself',
      'run the same command inside WSL',
    )
  }
  const place: Place = {
    account: process.getuid?.() === 0 ? unprivilegedAccount() : undefined,
    root: options.root,
    cache: options.cache ?? defaultCacheFolder(),
  }
  const cache = outside(place, place.cache)
  try {
    const created = mkdirSync(cache, { recursive: true })
    // Whatever our umask says, the account must be able to pass through.
    if (created !== undefined && place.account !== undefined) chmodSync(cache, 0o755)
    for (const name of ['runs', 'templates', 'binaries']) ownedFolder(join(cache, name), place)
  } catch (cause) {
    throw localFailure(
      cause,
      `the cache folder ${cache} can't be written`,
      'set XDG_CACHE_HOME to a folder that you can write',
    )
  }
  return place
}

/** A path inside the place as seen from outside. */
export function outside(place: Place, path: string): string {
  return place.root === undefined ? path : join(place.root, path)
}

/** How to spawn a command in the place, with nothing of our environment but what it needs. */
export function commandIn(
  place: Place,
  argv: readonly [string, ...string[]],
): {
  file: string
  args: string[]
  options: { uid?: number; gid?: number; cwd: string; env: NodeJS.ProcessEnv }
} {
  // chroot is in the administrator's folders, which an ordinary PATH leaves out.
  const env = {
    PATH: `${process.env.PATH || '/usr/bin:/bin'}:/usr/sbin:/sbin`,
    LC_ALL: 'C',
    TZ: 'UTC',
  }
  const { account, root } = place
  if (root !== undefined && account !== undefined) {
    const args = [`--userspec=${account.uid}:${account.gid}`, root, ...argv]
    return { file: 'chroot', args, options: { cwd: '/', env } }
  }
  const [file, ...args] = argv
  return { file, args, options: { ...account, cwd: '/', env } }
}

/**
 * Runs a shell script in the place and gives its output. Its arguments are `$1`, `$2`, …
 *
 * @throws Error with the last lines of its standard error.
 */
export function runIn(
  place: Place,
  script: string,
  args: readonly string[],
  input = '',
): Promise<string> {
  const { file, args: argv, options } = commandIn(place, ['/bin/sh', '-c', script, 'sh', ...args])
  return new Promise((resolve, reject) => {
    const child = spawn(file, argv, { ...options, stdio: ['pipe', 'pipe', 'pipe'] })
    let out = ''
    let errors = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors = (errors + text).slice(-4000)
    })
    child.on('error', reject)
    child.on('close', (code) => {
      if (code === 0) resolve(out.trim())
      else reject(new Error(errors.trim() || `exit status ${code}`))
    })
    // A script that ends without reading leaves a broken pipe, which its exit status explains.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  })
}

function unprivilegedAccount(): { uid: number; gid: number } {
  const ask = (flag: string): number =>
    Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }))
  try {
    return { uid: ask('-u'), gid: ask('-g') }
  } catch (cause) {
    throw new ScopeError(
      'SCOPE_LOCAL_FAILED',
      'Postgres refuses to run as root, and this machine has no account `nobody` to run it as',
      'run the command as an ordinary user',
      { cause },
    )
  }
}

function ownedFolder(path: string, place: Place): void {
  if (existsSync(path)) return
  mkdirSync(path, { recursive: true })
  if (place.account === undefined) return
  chmodSync(path, 0o755)
  chownSync(path, place.account.uid, place.account.gid)
}
