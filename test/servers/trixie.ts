import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { access, mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { defaultCacheFolder, type Installation } from '../../src/local/postgres/index.ts'
import { missingDebianPackages, noClusters } from '../debian-packages.ts'
import { debianSettings } from './debian15.ts'

const run = promisify(execFile)
const bin = '/usr/lib/postgresql/17/bin'
const packages = [
  'postgresql-17',
  'postgresql-17-cron',
  'postgresql-17-hypopg',
  'postgresql-17-partman',
  'postgresql-17-pgtap',
  'postgresql-17-plpgsql-check',
]
const abandonedMs = 3600 * 1000

/**
 * Debian 13's Postgres 17 in a root of its own, which is closest to what Supabase runs: pg_cron 1.6
 * and a hypopg that can hide indexes. Made once by debootstrap, in about a minute, in the cache
 * folder; needs root on Debian and a mirror.
 */
export async function trixie17(): Promise<Installation | { reason: string }> {
  if (process.getuid?.() !== 0) return { reason: 'only root can make and enter a Debian root' }
  const reason = await missingDebianPackages(['debootstrap'])
  if (reason !== undefined) return { reason }
  const key = createHash('sha256').update(packages.join(' ')).digest('hex').slice(0, 8)
  const root = join(defaultCacheFolder(), `trixie-${key}`)
  try {
    await access(join(root, bin)).catch(() => build(root))
  } catch (error) {
    return { reason: `debootstrap failed: ${failureLine(error)}` }
  }
  return { name: 'debian-17', bin, root, settings: debianSettings }
}

/** Complete or not there: it is built aside and moved into place. */
async function build(root: string): Promise<void> {
  const cache = defaultCacheFolder()
  await mkdir(cache, { recursive: true })
  await removeAbandoned(cache)
  const folder = await mkdtemp(join(cache, 'building-'))
  try {
    await fill(folder)
    await run('chmod', ['755', folder])
    await rename(folder, root).catch(async (error: unknown) => {
      // Another run was quicker.
      await access(join(root, bin)).catch(() => {
        throw error
      })
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function fill(folder: string): Promise<void> {
  const options = {
    env: { ...process.env, ...(await proxy()), DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' },
    maxBuffer: 1 << 26,
  }
  const mirror = await debianMirror()
  const keep = ['--variant=minbase', 'trixie', folder]
  await run('debootstrap', mirror === undefined ? keep : [...keep, mirror], options)
  await mkdir(join(folder, noClusters.folder), { recursive: true })
  await writeFile(join(folder, noClusters.folder, noClusters.file), noClusters.text)
  const apt = (...args: string[]): Promise<unknown> =>
    run('chroot', [folder, 'apt-get', ...args], options)
  await apt('install', '--yes', '--no-install-recommends', ...packages)
  await apt('clean')
}

async function removeAbandoned(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const path = join(cache, name)
    if (!name.startsWith('building-')) continue
    if (Date.now() - (await stat(path)).mtimeMs < abandonedMs) continue
    await rm(path, { recursive: true, force: true })
  }
}

/** The mirror that this machine's apt uses; undefined leaves debootstrap's own. */
async function debianMirror(): Promise<string | undefined> {
  const format = '$(ORIGIN) $(LABEL) $(REPO_URI)'
  const { stdout } = await run('apt-get', ['indextargets', '--format', format])
  return stdout
    .split('\n')
    .map((line) => line.split(' '))
    .find(([origin, label]) => origin === 'Debian' && label === 'Debian')?.[2]
}

/** apt's proxy, which debootstrap takes from the environment. */
async function proxy(): Promise<Record<string, string>> {
  const { stdout } = await run('apt-config', ['shell', 'proxy', 'Acquire::http::Proxy'])
  const url = /^proxy='(.*)'$/m.exec(stdout)?.[1]
  return url ? { http_proxy: url } : {}
}

function failureLine(error: unknown): string {
  const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
  const lines = `${stdout}\n${stderr}`.trim().split('\n')
  return lines.findLast((line) => line.startsWith('E:')) ?? (lines.at(-1) || String(error))
}
