import { execFile } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' }

/** Keeps a Postgres package that is installed from making and starting a cluster on port 5432. */
export const noClusters = {
  folder: '/etc/postgresql-common/createcluster.d',
  file: 'supascope-tests.conf',
  text: '# Tests start their own servers; installing Postgres must not start one.\ncreate_main_cluster = false\n',
} as const

let queue: Promise<unknown> = Promise.resolve()

/**
 * Makes sure that Debian packages are installed, by apt-get where we are root on Debian; gives the
 * reason if they are not. Never creates or starts a cluster of Debian's own.
 */
export function missingDebianPackages(packages: readonly string[]): Promise<string | undefined> {
  // apt takes one caller at a time.
  const result = queue.then(() => ensure(packages))
  queue = result.catch(() => undefined)
  return result
}

async function ensure(packages: readonly string[]): Promise<string | undefined> {
  const missing = await notInstalled(packages)
  if (missing === undefined) return 'this is not a Debian system'
  if (missing.length === 0) return undefined
  if (process.getuid?.() !== 0) return `not installed, and only root could: ${missing.join(', ')}`
  try {
    await withoutClusters(() => install(missing))
    return undefined
  } catch (error) {
    const output =
      error instanceof Object && 'stderr' in error ? String(error.stderr) : String(error)
    return `apt-get can't install ${missing.join(', ')}: ${lastLine(output)}`
  }
}

/** Undefined where there is no dpkg at all. */
async function notInstalled(packages: readonly string[]): Promise<string[] | undefined> {
  const installed = new Set<string>()
  try {
    const format = `\${Package} \${db:Status-Status}\\n`
    const { stdout } = await run('dpkg-query', ['--show', '--showformat', format])
    for (const line of stdout.split('\n')) {
      const [name, status] = line.split(' ')
      if (name !== undefined && status === 'installed') installed.add(name)
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
  return packages.filter((name) => !installed.has(name))
}

async function withoutClusters(work: () => Promise<void>): Promise<void> {
  const file = join(noClusters.folder, noClusters.file)
  await mkdir(noClusters.folder, { recursive: true })
  await writeFile(file, noClusters.text)
  try {
    await work()
  } finally {
    await rm(file)
  }
}

async function install(packages: readonly string[]): Promise<void> {
  const options = ['-o', 'DPkg::Lock::Timeout=120', '-o', 'Acquire::Retries=3']
  const apt = (...args: string[]): Promise<unknown> =>
    run('apt-get', [...options, ...args], { env: environment, maxBuffer: 1 << 26 })
  const installAll = (): Promise<unknown> =>
    apt('install', '--yes', '--no-install-recommends', ...packages)
  // The lists of a fresh machine are empty or old; asking for them first would be slow elsewhere.
  await installAll().catch(async () => {
    await apt('update')
    await installAll()
  })
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? ''
}
