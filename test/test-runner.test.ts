/** The runner itself, on files of every kind: what it counts, what it says last, how it exits. */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'

const folder = mkdtempSync(join(tmpdir(), 'supascope-runner-'))
after(() => rmSync(folder, { recursive: true }))

const runner = [join(import.meta.dirname, '..', 'tools', 'test.ts'), '--no-build']

function testFile(name: string, source: string): string {
  const path = join(folder, `${name}.test.ts`)
  writeFileSync(path, `import { test, describe, before } from 'node:test'\n${source}`)
  return path
}

/** Without the variable by which node:test knows that it runs inside a test, and skips all. */
function environment(extra: Record<string, string>): NodeJS.ProcessEnv {
  const { NODE_TEST_CONTEXT: _, CI: __, ...env } = process.env
  return { ...env, NO_COLOR: '1', ...extra }
}

function run(files: string[], env: Record<string, string> = {}): { lines: string[]; code: number } {
  const result = spawnSync(process.execPath, [...runner, ...files], {
    env: environment(env),
    encoding: 'utf8',
  })
  return { lines: result.stdout.trimEnd().split('\n'), code: result.status ?? -1 }
}

const passing = testFile('passing', `test('passes', () => {})`)
const skipping = testFile(
  'skipping',
  `test('of k6', { skip: 'k6 is missing' }, () => {}); test('passes', () => {})`,
)
const skippingSuite = testFile(
  'skipping-suite',
  `describe('suite', { skip: 'no server' }, () => { test('inner', () => {}) }); test('a', () => {})`,
)

test('counts what passes and ends with the plain line', () => {
  const { lines, code } = run([passing])
  assert.deepEqual([lines.at(-1), code], ['1 passed, 0 failed, 0 skipped', 0])
})

const failures: [kind: string, source: string, shown: RegExp, counts: string][] = [
  ['a failing test', `test('t', () => { throw new Error('why') })`, /why/, '0 passed, 1 failed'],
  [
    'a failing inner test',
    `describe('s', () => { test('t', () => { throw new Error('why') }) })`,
    /s › t/,
    '0 passed, 1 failed',
  ],
  [
    'a failing hook',
    `describe('s', () => { before(() => { throw new Error('why') }); test('t', () => {}) })`,
    /why/,
    '0 passed, 2 failed',
  ],
  ['a file that does not load', `throw new Error('why')`, /why/, '0 passed, 1 failed'],
  [
    'an error after the test',
    `test('t', () => { setTimeout(() => { throw new Error('why') }) })`,
    /why/,
    '1 passed, 1 failed',
  ],
  ['a file without tests', 'void test', /holds no test/, '0 passed, 1 failed'],
]

for (const [index, [kind, source, shown, counts]] of failures.entries()) {
  test(`fails for ${kind}`, () => {
    const { lines, code } = run([testFile(`failing-${index}`, source), passing])
    assert.match(lines.join('\n'), shown)
    const [, passed, failed] = counts.match(/(\d+) passed, (\d+) failed/) ?? []
    assert.equal(lines.at(-1), `${Number(passed) + 1} passed, ${failed} failed, 0 skipped`)
    assert.equal(code, 1)
  })
}

test('names what was skipped, with the reason', () => {
  const { lines, code } = run([skipping, skippingSuite])
  assert.ok(lines.some((line) => line.endsWith('of k6: k6 is missing')))
  assert.ok(lines.some((line) => line.endsWith('suite: no server')))
  assert.deepEqual([lines.at(-1), code], ['2 passed, 0 failed, 2 skipped', 0])
})

test('in CI a skip fails the run, unless it is for k6', () => {
  assert.equal(run([skipping], { CI: 'true' }).code, 0)
  assert.equal(run([skippingSuite], { CI: 'true' }).code, 1)
})

test('fails when no test was run', () => {
  const { lines, code } = run([testFile('only-skips', `test('t', { skip: 'k6' }, () => {})`)])
  assert.deepEqual([lines.at(-1), code], ['0 passed, 0 failed, 1 skipped', 1])
})

test('ends on Ctrl-C with 130, and its test files with it', async () => {
  const hanging = testFile(
    'hanging',
    `import { connect } from 'node:net'
    test('hangs', () => new Promise(() => { connect(Number(process.env.PORT)) }))`,
  )
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const child = spawn(process.execPath, [...runner, hanging], {
    env: environment({ PORT: String(port) }),
    stdio: 'ignore',
  })
  const [socket]: Socket[] = await once(server, 'connection')
  const ended = Promise.all([once(child, 'close'), once(socket?.resume() ?? server, 'close')])
  child.kill('SIGINT')
  assert.deepEqual((await ended)[0], [130, null])
  server.close()
})
