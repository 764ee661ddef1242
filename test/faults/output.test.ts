import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { type TestDatabase, testDatabase } from '../database.ts'
import { ended, startSupascope, supascope } from '../supascope.ts'

describe('a reader that leaves', () => {
  it('ends nothing but the printing', async () => {
    const database = await testDatabase()
    const child = startSupascope(['doctor', '--db-url', database.url])
    child.stdout.destroy()
    const run = await ended(child)
    assert.deepEqual({ status: run.status, stderr: run.stderr }, { status: 0, stderr: '' })
  })

  it('ends snapshot --every', async () => {
    const database = await testDatabase({ migrated: true })
    const child = startSupascope(['snapshot', '--every', '1s', '--db-url', database.url])
    child.stdout.once('data', () => child.stdout.destroy())
    const run = await ended(child)
    assert.deepEqual({ status: run.status, stderr: run.stderr }, { status: 0, stderr: '' })
  })
})

describe('standard output on a full disk', {
  skip: process.platform !== 'linux' && 'needs /dev/full',
}, () => {
  it('is an error with its remedy', async () => {
    const database = await testDatabase()
    const main = new URL('../../src/cli/main.ts', import.meta.url).pathname
    const command = 'exec "$0" "$@" >/dev/full'
    const args = [process.execPath, main, 'doctor', '--db-url', database.url]
    const result = spawnSync('sh', ['-c', command, ...args], { encoding: 'utf8' })
    assert.match(
      result.stderr,
      /^supascope: SCOPE_DISK_FULL: no space left for standard output\nhint: /,
    )
    assert.equal(result.status, 2)
  })
})

describe('the file after --output', () => {
  let database: TestDatabase
  let folder: string
  before(async () => {
    database = await testDatabase()
    folder = await mkdtemp(join(tmpdir(), 'supascope-output-'))
  })
  after(() => rm(folder, { recursive: true, force: true }))
  const doctor = (...args: string[]): ReturnType<typeof supascope> =>
    supascope(['doctor', ...args], { env: { DATABASE_URL: database.url } })

  it('is replaced in one go, and nothing else is left in its folder', async () => {
    const file = join(folder, 'doctor.json')
    await writeFile(file, 'old')
    const run = await doctor('--format', 'json', '--output', file)
    assert.deepEqual(run, { status: 0, stdout: '', stderr: '' })
    assert.equal(JSON.parse(await readFile(file, 'utf8')).schema, 1)
    assert.deepEqual(await readdir(folder), ['doctor.json'])
  })

  it('a folder that does not exist, and one in place of the file', async () => {
    const missing = await doctor('--output', join(folder, 'no', 'file'))
    assert.match(missing.stderr, /SCOPE_OUTPUT: .*its folder does not exist/)
    assert.equal(missing.status, 2)
    const taken = await doctor('--output', folder)
    assert.match(taken.stderr, /SCOPE_OUTPUT/)
    assert.equal(taken.status, 2)
  })

  it('a full disk', { skip: process.platform !== 'linux' && 'needs /dev/full' }, async (t) => {
    const device = fullDevice(folder)
    if (device === null) return t.skip('no device can be made here')
    const run = await doctor('--output', device)
    assert.match(run.stderr, /^supascope: SCOPE_DISK_FULL: no space left for \S+\nhint: /)
    assert.deepEqual({ status: run.status, stdout: run.stdout }, { status: 2, stdout: '' })
    assert.equal((await stat(device)).isCharacterDevice(), true, 'the device was replaced')
  })
})

/** Root could replace the system's own /dev/full, if the program were wrong: it gets another one. */
function fullDevice(folder: string): string | null {
  if (process.getuid?.() !== 0) return '/dev/full'
  const device = join(folder, 'full')
  const made = spawnSync('mknod', [device, 'c', '1', '7']).status === 0
  return made && spawnSync('sh', ['-c', '! echo >"$0"', device]).status === 0 ? device : null
}
