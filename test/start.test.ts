/** `supascope start`, as a user runs it: the slowest tests of all. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { defaults } from '../src/config.ts'
import { plantedTroubles } from '../src/local/demo/index.ts'
import { defaultCacheFolder, freePort, localUrl } from '../src/local/postgres/index.ts'
import { render } from '../src/render/index.ts'
import type { Report } from '../src/report.ts'
import { assertFailure, ended, startSupascope, supascope } from './supascope.ts'

test('start --once shows every planted trouble, and leaves nothing behind', async () => {
  const port = await freePort()
  const child = startSupascope(['start', '--once', '--format', 'json', '--port', String(port)])
  const run = await ended(child)
  assert.equal(run.status, 0, run.stderr)
  const report: Report = JSON.parse(run.stdout)
  assert.equal(report.window.source, 'snapshots')
  assert.ok(report.completeness.complete, report.completeness.reasons.join())

  for (const trouble of plantedTroubles) {
    if (trouble.label === null) {
      assert.ok(
        report.not_seen.some(({ what, why }) => what === trouble.notSeen && why !== ''),
        trouble.name,
      )
      continue
    }
    const { label } = trouble
    const found = report.statements.filter((statement) => label.test(statement.label))
    assert.equal(found.length, 1, `${trouble.name}: ${found.map((one) => one.label)}`)
    const [statement] = found
    assert.equal(statement?.role, trouble.role, trouble.name)
    assert.ok(Number(statement?.calls) >= defaults.thresholds.minCalls, trouble.name)
    for (const flag of trouble.flags) {
      assert.ok(statement?.flags.includes(flag), `${trouble.name}: ${statement?.flags}`)
    }
  }
  const healthy = report.statements.filter(({ flags }) => flags.length === 0)
  assert.ok(healthy.length >= 6, 'there is contrast')
  const roles = new Set(report.statements.map(({ role }) => role))
  assert.deepEqual([...roles].sort(), ['anon', 'authenticated', 'postgres', 'service_role'])

  const firstScreen = render(report, 'text', { width: 100 }).split('\n').slice(0, 30)
  for (const statement of report.statements.filter(({ flags }) => flags.length > 0)) {
    const begin = statement.label.replace('/rest/v1', '').slice(0, 20)
    assert.ok(
      firstScreen.some((line) => line.includes(begin)),
      `${begin} is not in the first screen`,
    )
  }
  assert.match(run.stderr, /made the demo \(\d/)
  assert.match(
    run.stderr,
    /timeout of 8 s killed one statement: cancelled statements leave no trace/,
  )
  await assertGone(port, child.pid)
})

test('start goes on until it is told to stop, then leaves nothing behind', async () => {
  const port = await freePort()
  const child = startSupascope(['start', '--format', 'json', '--port', String(port)])
  let told = ''
  const running = new Promise<void>((resolve) => {
    child.stderr.on('data', (chunk) => {
      told += chunk
      if (told.includes('for your own project')) resolve()
    })
  })
  const end = ended(child)
  await Promise.race([running, end])
  assert.match(told, /supascope report --db-url postgresql:/)

  const url = localUrl(port, 'postgres', 'postgres')
  const second = await supascope(['report', '--format', 'json', '--db-url', url])
  assert.equal(second.status, 0, second.stderr)
  const key = /anon key +(\S+)/.exec(told)?.[1] ?? ''
  const api = /API +(\S+)/.exec(told)?.[1] ?? ''
  const plans = await fetch(`${api}/rest/v1/plans?select=id&order=id`, { headers: { apikey: key } })
  assert.deepEqual(await plans.json(), [{ id: 'free' }, { id: 'scale' }, { id: 'team' }])

  child.kill('SIGINT')
  const { status, stdout } = await end
  assert.equal(status, 130)
  assert.equal((JSON.parse(stdout) as Report).schema, 1)
  await assertGone(port, child.pid)
})

test('start can be stopped while the server starts', async () => {
  const port = await freePort()
  const child = startSupascope(['start', '--once', '--port', String(port)])
  const end = ended(child)
  while (child.exitCode === null && !(await runFolders()).some(isOf(child.pid))) await nextTurn()
  child.kill('SIGINT')
  const run = await end
  assert.equal(run.status, 130, run.stderr)
  assert.deepEqual([run.stdout, run.stderr], ['', ''])
  await assertGone(port, child.pid)
})

test('start can be stopped while the demo is made', async () => {
  const port = await freePort()
  const child = startSupascope(['start', '--once', '--port', String(port)])
  child.stderr.on('data', (text) => String(text).includes('stack started') && child.kill('SIGINT'))
  const run = await ended(child)
  assert.equal(run.status, 130, run.stderr)
  assert.equal(run.stdout, '')
  assert.doesNotMatch(run.stderr, /SCOPE_/)
  await assertGone(port, child.pid)
})

test('start says which port is taken', async (t) => {
  const taken = createServer()
  t.after(() => taken.close())
  const port = await new Promise<string>((resolve) => {
    taken.listen(0, '127.0.0.1', () => {
      const address = taken.address()
      resolve(String(typeof address === 'object' ? address?.port : address))
    })
  })
  const code = 'SCOPE_PORT_IN_USE'
  for (const option of ['--port', '--gateway-port']) {
    assertFailure(await supascope(['start', '--once', option, port]), { status: 2, code })
  }
})

test('start names the package that is missing, before it starts anything', async () => {
  const hook = `import { registerHooks } from 'node:module'
    registerHooks({
      resolve(name, context, next) {
        if (name !== '@supabase/supabase-js') return next(name, context)
        throw Object.assign(new Error('not found'), { code: 'ERR_MODULE_NOT_FOUND' })
      },
    })`
  const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(hook)}` }
  assertFailure(await supascope(['start', '--once'], { env }), {
    status: 2,
    code: 'SCOPE_LOCAL_MISSING',
    message: /@supabase\/supabase-js/,
    hint: /^hint: npm install .*@supabase\/supabase-js/,
  })
})

/**
 * No server on its port, no folder of its process. On a busy machine a shutdown can take longer
 * than the second that the program waits for it; then the server's guardian ends it.
 */
async function assertGone(port: number, pid: number | undefined): Promise<void> {
  const deadline = Date.now() + 30_000
  for (;;) {
    const answer = await connectionError(port)
    const folders = (await runFolders()).filter(isOf(pid))
    if (answer === 'ECONNREFUSED' && folders.length === 0) return
    assert.ok(Date.now() < deadline, `${answer}, ${folders.length} folders are left`)
    await nextTurn()
  }
}

/** Null where a server listens. */
async function connectionError(port: number): Promise<string | null> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return null
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code)
  } finally {
    socket.destroy()
  }
}

interface RunFolder {
  name: string
  owner: string | undefined
}

/** The folders of running servers, with the process that each belongs to. */
async function runFolders(): Promise<RunFolder[]> {
  const runs = join(defaultCacheFolder(), 'runs')
  const names = await readdir(runs).catch(() => [])
  return await Promise.all(
    names.map(async (name) => {
      const mark = await readFile(join(runs, name, 'owner'), 'utf8').catch(() => '')
      return { name, owner: mark.split('\n')[1] }
    }),
  )
}

function isOf(pid: number | undefined): (folder: RunFolder) => boolean {
  return ({ owner }) => owner === String(pid)
}
