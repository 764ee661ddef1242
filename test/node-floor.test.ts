/** The built package on the oldest Node that package.json#engines promises. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { testDatabase } from './database.ts'
import { installPackage } from './installed-package.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '..')
const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const floor = `${String(engines.node).replace('>=', '')}.0`

const brought = await run('sh', [join(root, 'tools', 'bring-node'), floor]).then(
  ({ stdout }) => ({ folder: stdout.trim() }),
  (error: { stderr?: string }) => ({ missing: `no Node ${floor}: ${error.stderr?.trim()}` }),
)
const skip = 'missing' in brought ? brought.missing : false

describe(`on Node ${floor}`, { skip }, () => {
  const node = 'folder' in brought ? join(brought.folder, 'node') : ''
  const { folder, bin, manifest, remove } = installPackage()
  after(remove)
  const supascope = (...args: string[]): Promise<{ stdout: string; stderr: string }> =>
    run(node, [bin, ...args], { cwd: folder })

  test('that is the Node that runs', async () => {
    assert.equal((await run(node, ['--version'])).stdout.trim(), `v${floor}`)
  })

  test('the program starts without a warning', async () => {
    assert.deepEqual(await supascope('--version'), { stdout: `${manifest.version}\n`, stderr: '' })
  })

  test('the module loads', async () => {
    const source = `import { defineConfig } from 'supascope'; console.log(typeof defineConfig)`
    const args = ['--input-type=module', '--eval', source]
    assert.equal((await run(node, args, { cwd: folder })).stdout, 'function\n')
  })

  test('the commands work, with a configuration in TypeScript', async () => {
    writeFileSync(
      join(folder, 'supascope.config.ts'),
      `import { defineConfig } from 'supascope'\nexport default defineConfig({ top: 3 as number })`,
    )
    const { url } = await testDatabase()
    await supascope('migrate', '--db-url', url)
    const { stdout } = await supascope('doctor', '--db-url', url, '--format', 'json')
    assert.equal(JSON.parse(stdout).ok, true)
  })
})
