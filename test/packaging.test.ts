/** What users install: the tarball, its exports, types and program. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { globSync, lstatSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { testDatabase } from './database.ts'
import { installPackage } from './installed-package.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '..')
const tool = (name: string): string => join(root, 'node_modules', '.bin', name)
const installed = installPackage()
after(() => installed.remove())
const { folder, bin, manifest, files } = installed

describe('the tarball', () => {
  const shipped =
    /^(dist\/.+\.(js|d\.ts|sql)|migrations\/(\d{14}_|opt-in\/)\w+\.sql|schema\/[\w.-]+\.json|docs\/.+\.md|README\.md|LICENSE|package\.json)$/
  const internal = /\.test\.|\/cases\/|\/fixtures\//

  test('holds what users need and nothing else', () => {
    const paths = files.map(({ path }) => path)
    assert.deepEqual(
      paths.filter((path) => !shipped.test(path) || internal.test(path)),
      [],
    )
    const all = (pattern: string): string[] => globSync(pattern, { cwd: root }).sort()
    for (const path of [...all('migrations/*.sql'), ...all('schema/*.json'), 'LICENSE'])
      assert.ok(paths.includes(path), path)
    const sql = all('src/**/*.sql').filter((path) => !internal.test(path))
    for (const path of sql) assert.ok(paths.includes(path.replace('src/', 'dist/')), path)
  })

  test('pleases publint', async () => {
    const tarball = Uint8Array.from(readFileSync(installed.tarball)).buffer
    const { messages } = await publint({ pack: { tarball }, strict: true })
    assert.deepEqual(
      messages.map((message) => formatMessage(message, manifest)),
      [],
    )
  })

  test('has the right types', async () => {
    const args = ['--profile', 'esm-only', '--no-color', installed.tarball]
    await run(process.execPath, [tool('attw'), ...args])
  })
})

describe('the exports', () => {
  /** Names of values; types have no names at run time. */
  const values: Record<string, string[]> = { '.': ['defineConfig'] }

  const entries = Object.keys(manifest.exports)
  test('are there', () => assert.ok(entries.length >= 3))

  for (const entry of entries) {
    test(`${entry} loads in bare Node`, async () => {
      const specifier = join('supascope', entry)
      const json = specifier.endsWith('.json')
      const source = `
        const module = await import('${specifier}'${json ? ", { with: { type: 'json' } }" : ''})
        console.log(JSON.stringify(Object.keys(module).sort()))`
      const args = ['--input-type=module', '--eval', source]
      const { stdout } = await run(process.execPath, args, { cwd: folder })
      assert.deepEqual(JSON.parse(stdout), json ? ['default'] : (values[entry] ?? []))
    })
  }

  test('type a configuration and a report', async () => {
    writeFileSync(
      join(folder, 'consumer.ts'),
      `import { defineConfig, type Finding, type Report } from 'supascope'
      export default defineConfig({ top: 5, thresholds: { slowMeanMs: 10 } })
      export const slow = (report: Report): Finding[] => report.findings.filter((f) => f.level === 'WARN')
      // @ts-expect-error there is no such option
      defineConfig({ tops: 5 })`,
    )
    const options = [
      '--strict',
      '--noEmit',
      '--module',
      'nodenext',
      '--types',
      '',
      '--lib',
      'es2024',
    ]
    await run(process.execPath, [tool('tsc'), ...options, 'consumer.ts'], { cwd: folder })
  })
})

describe('the installed program', () => {
  const supascope = (...args: string[]): Promise<{ stdout: string; stderr: string }> =>
    run(bin, args, { cwd: folder })

  test('prints its version', async () => {
    assert.deepEqual(await supascope('--version'), { stdout: `${manifest.version}\n`, stderr: '' })
  })

  test('prints its help', async () => {
    const { stdout, stderr } = await supascope('--help')
    assert.match(stdout, /^Usage: supascope/m)
    assert.equal(stderr, '')
  })

  test('brings its migrations', async () => {
    const { url } = await testDatabase()
    await supascope('migrate', '--db-url', url)
    const again = await supascope('migrate', '--db-url', url, '--dry-run')
    assert.match(again.stdout + again.stderr, /up to date/)
  })
})

test('installs little', (t) => {
  const size = (path: string): number =>
    globSync('**/*', { cwd: path })
      .map((file) => lstatSync(join(path, file)))
      .reduce((sum, stats) => sum + (stats.isFile() ? stats.size : 0), 0)
  const names = ['supascope', ...installed.dependencies]
  const sizes = names.map((name) => ({
    name,
    // Links lead to the dependencies' own folders.
    kilobytes: Math.round(size(join(folder, 'node_modules', name, '/')) / 1000),
  }))
  const total = sizes.reduce((sum, { kilobytes }) => sum + kilobytes, 0)
  sizes.sort((a, b) => b.kilobytes - a.kilobytes)
  for (const { name, kilobytes } of sizes) t.diagnostic(`${kilobytes} kB ${name}`)
  assert.ok(total > 1000 && total < 15_000, `${total} kB`)
})
