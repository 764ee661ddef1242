import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '..')

function bench(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const dispatcher = join(root, 'tools', 'bench.ts')
  return spawnSync(process.execPath, [dispatcher, ...args], { encoding: 'utf8' })
}

test('lists every bench with what it measures', () => {
  const { status, stdout } = bench()
  assert.equal(status, 0)
  for (const file of globSync('bench/*.ts', { cwd: root }))
    assert.match(stdout, new RegExp(`^ {2}${basename(file, '.ts')} +\\w.*\\.$`, 'm'))
})

test('refuses a bench that does not exist, wherever it would lie', () => {
  for (const name of ['nothing', '../tools/build']) {
    const { status, stderr } = bench(name)
    assert.equal(status, 2)
    assert.match(stderr, /^no bench named .*: `npm run bench` lists them$/m)
  }
})
