import { execFileSync } from 'node:child_process'
import { readFileSync, readlinkSync, realpathSync } from 'node:fs'
import { readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { localFailure } from './failure.ts'
import { outside, type Place, runIn } from './place.ts'

const foreignFolderMs = 7 * 24 * 3600 * 1000

/**
 * A new folder under `runs`, owned by the server's account and marked with who uses it, so that a
 * later start can tell a leftover from a folder in use. Path as seen from inside the place.
 */
export async function newRunFolder(place: Place): Promise<string> {
  const script = 'folder=$(mktemp -d "$1/XXXXXXXX") && cat > "$folder/owner" && printf %s "$folder"'
  try {
    return await runIn(place, script, [join(place.cache, 'runs')], ownerMark())
  } catch (cause) {
    throw localFailure(
      cause,
      `the cache folder ${outside(place, place.cache)} can't be written`,
      'set XDG_CACHE_HOME to a folder that you can write',
    )
  }
}

export async function discard(place: Place, folder: string): Promise<void> {
  await rm(outside(place, folder), { recursive: true, force: true, maxRetries: 3 })
}

/** Moves a finished folder to its lasting place in one step; whoever comes second yields. */
export async function publish(place: Place, from: string, to: string): Promise<void> {
  try {
    await rename(outside(place, from), outside(place, to))
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error
  }
}

/** Ends servers and removes folders whose owner is gone: killed, or the machine went down. */
export async function sweepRunFolders(place: Place): Promise<void> {
  const runs = outside(place, join(place.cache, 'runs'))
  for (const name of await readdir(runs)) {
    const folder = join(runs, name)
    if (await isInUse(folder)) continue
    await endOrphan(join(folder, 'data'))
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}

async function isInUse(folder: string): Promise<boolean> {
  const mark = await readFile(join(folder, 'owner'), 'utf8').catch(() => '')
  const [life, pid, start] = mark.split('\n')
  if (life === machineLife()) return start === processStart(Number(pid))
  // Made by another container, before a reboot, or this very moment: only age can tell.
  const age = await stat(folder).then(
    (s) => Date.now() - s.mtimeMs,
    () => 0,
  )
  return age < foreignFolderMs
}

async function endOrphan(data: string): Promise<void> {
  const file = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')
  const pid = Number(file.split('\n', 1)[0])
  if (!(pid > 1)) return
  for (let attempt = 0; attempt < 100 && servesFolder(pid, data); attempt++) {
    signal(pid, attempt < 50 ? 'SIGQUIT' : 'SIGKILL')
    await sleep(100)
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    // It ended by itself, or by another start that sweeps as we do.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Postgres works inside its data folder, which tells it from a process that got its old number. */
function servesFolder(pid: number, data: string): boolean {
  try {
    if (process.platform === 'linux') {
      return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(data)
    }
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).includes(
      data,
    )
  } catch {
    return false
  }
}

function ownerMark(): string {
  return [machineLife(), process.pid, processStart(process.pid)].join('\n')
}

/** Process numbers mean something only within one boot and one container. */
function machineLife(): string {
  if (process.platform !== 'linux') return process.platform
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  return `${boot} ${readlinkSync('/proc/self/ns/pid')}`
}

/** When a process started, in the system's own words; undefined if there is none. */
function processStart(pid: number): string | undefined {
  try {
    if (process.platform === 'linux') {
      // The name in brackets may hold spaces; the start is the 20th field after it.
      return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19]
    }
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim()
  } catch {
    return undefined
  }
}
