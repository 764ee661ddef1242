/** The ways of docs/schedule.md, as they are written there. */
import assert from 'node:assert/strict'
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { ownServer, testDatabase, unavailable } from './database.ts'
import { denoBinary } from './deno.ts'
import { runAll } from './servers/shared.ts'
import { connectAs } from './storage/ingest.ts'

const root = join(import.meta.dirname, '..')
const page = await readFile(join(root, 'docs', 'schedule.md'), 'utf8')
const deno = denoBinary()
const noCron = await unavailable('debian15')

function block(language: string): string {
  const found = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'ms').exec(page)?.[1]
  assert.ok(found, language)
  return found
}

/** A folder in which `npx supascope` is this program. */
async function shim(t: { after(work: () => Promise<void>): void }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'supascope-npx-'))
  t.after(() => rm(folder, { recursive: true }))
  const main = join(root, 'src', 'cli', 'main.ts')
  const text = `#!/bin/sh\nshift\nexec "${process.execPath}" "${main}" "$@"\n`
  await writeFile(join(folder, 'npx'), text)
  await chmod(join(folder, 'npx'), 0o755)
  return folder
}

test('the steps of the workflow run, and leave their rows', async (t) => {
  const folder = await shim(t)
  const database = await testDatabase({ migrated: true })
  const steps = [...block('yaml').matchAll(/^ {6}- run: (.*)$/gm)].map(([, step]) => String(step))
  assert.equal(steps.length, 3)
  for (const step of steps) {
    // As GitHub runs a step.
    await promisify(execFile)('bash', ['-e', '-o', 'pipefail', '-c', step], {
      env: {
        ...process.env,
        PATH: `${folder}${delimiter}${process.env.PATH}`,
        SUPASCOPE_DB_URL: database.url,
        JOB: 'check',
      },
    })
  }
  const client = await connectAs(database.url)
  const { rows } = await client.query(
    "select job from supascope.job_runs where outcome = 'done' order by job",
  )
  await client.end()
  const ran = ['check', 'compact', 'history', 'partitions', 'refresh', 'retention', 'rollup']
  assert.deepEqual(
    rows.map(({ job }) => job),
    [...ran, 'snapshot'],
  )
})

describe('the edge function', { skip: deno.missing }, () => {
  const secret = 'a long secret'
  const token = 'ghp_token'
  let folder: string
  let github: Server
  let status = 204
  const asked: { url: string | undefined; authorization: string | undefined; body: string }[] = []
  let edge: ChildProcess
  let url: string

  async function bodyOf(request: IncomingMessage): Promise<string> {
    let body = ''
    for await (const chunk of request) body += chunk
    return body
  }

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'supascope-edge-'))
    await writeFile(join(folder, 'index.ts'), block('ts'))
    github = createServer(async (request, response) => {
      const { authorization } = request.headers
      asked.push({ url: request.url, authorization, body: await bodyOf(request) })
      response.writeHead(status).end()
    })
    await new Promise<void>((resolve) => github.listen(0, '127.0.0.1', resolve))
    const address = github.address()
    assert.ok(address instanceof Object)
    edge = spawn(deno.path, ['run', '--no-config', '--allow-net', '--allow-env', 'index.ts'], {
      cwd: folder,
      env: {
        ...process.env,
        DENO_DIR: folder,
        DENO_NO_UPDATE_CHECK: '1',
        DENO_SERVE_ADDRESS: 'tcp:127.0.0.1:0',
        NO_COLOR: '1',
        SUPASCOPE_JOB_SECRET: secret,
        GITHUB_API_URL: `http://127.0.0.1:${address.port}`,
        GITHUB_REPOSITORY: 'you/app',
        GITHUB_TOKEN: token,
      },
    })
    let said = ''
    url = await new Promise((resolve, reject) => {
      const listen = (chunk: Buffer): void => {
        said += chunk
        const found = /127\.0\.0\.1:(\d+)/.exec(said)?.[1]
        if (found !== undefined) resolve(`http://127.0.0.1:${found}`)
      }
      edge.stdout?.on('data', listen)
      edge.stderr?.on('data', listen)
      edge.once('close', () => reject(new Error(said)))
    })
  })
  after(async () => {
    const ended = new Promise((resolve) => edge.once('close', resolve))
    edge.kill()
    await ended
    github.closeAllConnections()
    github.close()
    await rm(folder, { recursive: true })
  })

  async function call(job: string, headers: Record<string, string>): Promise<[number, string]> {
    const answer = await fetch(`${url}/?job=${job}`, { method: 'POST', headers })
    return [answer.status, await answer.text()]
  }

  test('dispatches the workflow for a job', async () => {
    assert.deepEqual(await call('report', { 'x-supascope-secret': secret }), [
      202,
      'GitHub answered 204',
    ])
    assert.deepEqual(asked.splice(0), [
      {
        url: '/repos/you/app/actions/workflows/supascope.yml/dispatches',
        authorization: `Bearer ${token}`,
        body: JSON.stringify({ ref: 'main', inputs: { job: 'report' } }),
      },
    ])
  })

  test('does nothing without the secret, nor for what is no job', async () => {
    assert.equal((await call('report', {}))[0], 403)
    assert.equal((await call('report', { 'x-supascope-secret': `${secret}s` }))[0], 403)
    assert.equal((await call('rm', { 'x-supascope-secret': secret }))[0], 400)
    assert.deepEqual(asked, [])
  })

  test('says when GitHub refuses, without its token', async () => {
    status = 401
    const [answered, text] = await call('check', { 'x-supascope-secret': secret })
    assert.deepEqual([answered, text], [502, 'GitHub answered 401'])
  })
})

test('pg_cron calls the edge function', { skip: noCron }, async (t) => {
  const server = await ownServer(t, {
    version: 'debian15',
    extensions: ['pg_cron'],
    migrated: true,
  })
  // What Supabase has and this server has not: both note what they are given.
  await runAll(server.url('postgres', 'supabase_admin'), [
    'grant usage on schema cron to postgres',
    'create schema if not exists vault; create schema net; grant usage on schema vault, net to postgres',
    'create table vault.decrypted_secrets (decrypted_secret text, name text)',
    'create table net.calls (url text, headers jsonb)',
    'grant all on all tables in schema vault, net to postgres',
    `create function vault.create_secret(new_secret text, new_name text) returns void
      language sql security definer
      as $$ insert into vault.decrypted_secrets values (new_secret, new_name) $$`,
    `create function net.http_post(url text, body jsonb default '{}', params jsonb default '{}',
        headers jsonb default '{}', timeout_milliseconds int default 5000) returns bigint
      language sql as $$ insert into net.calls values (url, headers) returning 1::bigint $$`,
  ])
  const client = await connectAs(server.url())
  client.on('error', () => undefined)
  await client.query(block('sql'))
  const scheduled = await client.query(
    `select jobname, schedule, command from cron.job where jobname like 'supascope\\_call\\_%' order by 1`,
  )
  assert.deepEqual(
    scheduled.rows.map(({ jobname, schedule }) => [jobname, schedule]),
    [
      ['supascope_call_check', '*/15 * * * *'],
      ['supascope_call_report', '0 8 * * *'],
    ],
  )
  for (const { command } of scheduled.rows) await client.query(command)
  const { rows } = await client.query('select * from net.calls order by url')
  const called = (job: string): object => ({
    url: `https://PROJECT_REF.supabase.co/functions/v1/supascope-job?job=${job}`,
    headers: { 'x-supascope-secret': 'THE_SECRET' },
  })
  assert.deepEqual(rows, [called('check'), called('report')])
  await client.query('select supascope.unschedule_jobs()')
  const left = await client.query('select from cron.job')
  assert.equal(left.rowCount, 0)
})
