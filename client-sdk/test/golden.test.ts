import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import { denoBinary } from '../../test/deno.ts'
import { disagreements } from './golden/disagreements.ts'
import { goldenFiles } from './golden/generate.ts'

const golden = join(import.meta.dirname, 'golden')

for (const [name, text] of Object.entries(goldenFiles())) {
  test(`${name} is what its generator makes`, () => {
    const committed = readFileSync(join(golden, name), 'utf8')
    assert.ok(
      committed === text,
      'run `node client-sdk/test/golden/generate.ts` and look at the diff',
    )
  })
}

test('Node agrees with every golden vector', () => {
  const { checked, found } = disagreements()
  assert.deepEqual(found, [])
  assert.ok(checked > 500, `${checked} vectors`)
})

const deno = denoBinary()

test('Deno agrees with every golden vector', { skip: deno.missing }, async (t) => {
  const output = await runDeno(t, 'run', join(golden, 'run.ts'))
  assert.deepEqual(JSON.parse(output), disagreements())
})

test('Deno takes the shared files by their types', { skip: deno.missing }, async (t) => {
  const files = ['wire.ts', 'wire-parser.ts', 'sketch.ts']
  await runDeno(t, 'check', ...files.map((file) => join(import.meta.dirname, '..', 'src', file)))
})

async function runDeno(t: TestContext, command: string, ...args: string[]): Promise<string> {
  const cache = mkdtempSync(join(tmpdir(), 'supascope-deno-'))
  t.after(() => rmSync(cache, { recursive: true }))
  const env = { ...process.env, DENO_DIR: cache, DENO_NO_UPDATE_CHECK: '1' }
  const { stdout } = await promisify(execFile)(deno.path, [command, '--no-config', ...args], {
    env,
  })
  return stdout
}
