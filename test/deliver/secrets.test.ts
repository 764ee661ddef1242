/** The real program against places that blurt out what they were sent: no secret is ever written. */
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import pg from 'pg'
import { SMTPServer } from 'smtp-server'
import { testDatabase } from '../database.ts'
import { type Run, supascope } from '../supascope.ts'

const secrets = {
  hook: 'T0SECRET0/B0SECRET0/xYzSECRETxYz',
  query: 'tokenSECRETtoken',
  key: Buffer.from('SECRETSECRETSECRETSECRET').toString('base64'),
  password: 'pa55SECRETword',
}
const spellings = Object.values(secrets).flatMap((secret) => [
  secret,
  encodeURIComponent(secret),
  Buffer.from(secret).toString('base64').slice(2, -4),
])

describe('secrets of places', () => {
  let folder: string
  let url: string
  let env: Record<string, string>
  const http = createServer((request, response) => {
    // Some error pages print the whole request.
    // A long wait is left to the next run, so nobody waits here.
    if (request.url?.includes('teapot')) response.writeHead(500, { 'retry-after': '600' })
    else response.writeHead(400)
    response.end(`refused ${request.url} of ${JSON.stringify(request.headers)}`)
  })
  const smtp = new SMTPServer({
    logger: false,
    allowInsecureAuth: true,
    onAuth: ({ password }, _session, callback) => callback(new Error(`wrong password ${password}`)),
  })
  smtp.on('error', () => undefined)

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'supascope-secrets-'))
    url = (await testDatabase({ migrated: true })).url
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
    await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve))
    const { port } = http.address() as AddressInfo
    const at = (path: string): string => `http://127.0.0.1:${port}${path}?t=${secrets.query}`
    env = {
      SUPASCOPE_DB_URL: url,
      SUPASCOPE_DEBUG: '1',
      SLACK_URL: at(`/services/${secrets.hook}`),
      DISCORD_URL: at(`/api/webhooks/${secrets.hook}`),
      HOOK_URL: at(`/teapot/${secrets.hook}`),
      HOOK_KEY: `whsec_${secrets.key}`,
      MAIL_USER: 'me',
      MAIL_PASSWORD: secrets.password,
    }
    const mail = { host: '127.0.0.1', port: (smtp.server.address() as AddressInfo).port }
    await writeFile(
      join(folder, 'supascope.config.json'),
      JSON.stringify({
        deliver: [
          { type: 'slack', url: { env: 'SLACK_URL' }, when: 'always' },
          { type: 'discord', url: { env: 'DISCORD_URL' }, when: 'always' },
          {
            type: 'webhook',
            url: { env: 'HOOK_URL' },
            secret: { env: 'HOOK_KEY' },
            when: 'always',
          },
          {
            type: 'email',
            ...mail,
            user: { env: 'MAIL_USER' },
            password: { env: 'MAIL_PASSWORD' },
            from: 'supascope@example.com',
            to: ['team@example.com'],
            when: 'always',
          },
          { type: 'file', path: join(folder, 'out.json'), format: 'json', when: 'always' },
        ],
        budgets: ['LCP < 2.5 s'],
      }),
    )
  })
  after(async () => {
    http.close()
    await new Promise<void>((resolve) => smtp.close(resolve))
    await rm(folder, { recursive: true, force: true })
  })

  function assertSilent(text: string): void {
    for (const secret of spellings) assert.ok(!text.includes(secret), `${secret} in ${text}`)
    assert.doesNotMatch(text, /SECRET/)
  }

  const run = (args: string[]): Promise<Run> => supascope(args, { env, cwd: folder })

  it('are in nothing that a test of the places prints', async () => {
    const { stdout, stderr, status } = await run(['deliver', '--test', '--verbose'])
    assert.equal(status, 2)
    assert.match(stdout, /^slack: refused, answered 400: refused .*\*\*\*/m)
    assert.match(stdout, /^email: refused, answered 535 .*\*\*\*/m)
    assert.match(stdout, /^webhook: refused, answered 500/m)
    assert.match(stdout, /^file: delivered/m)
    assertSilent(stdout + stderr)
  })

  it('are in nothing that delivering prints, nor in any row or file', async () => {
    const { stdout, stderr, status } = await run(['budgets', '--deliver', '--verbose'])
    assert.equal(status, 2)
    assert.match(stderr, /slack: refused/)
    assert.match(stderr, /webhook: waiting, answered 500/)
    const resumed = await run(['deliver', '--format', 'json'])
    assertSilent(stdout + stderr + resumed.stdout + resumed.stderr)
    assertSilent(await readFile(join(folder, 'out.json'), 'utf8'))
    const rows = await everyRow(url)
    assert.match(rows, /"sink":"slack"/)
    assert.match(rows, /answered 400/)
    assertSilent(rows)
  })

  it('are in no log and no row of a scheduled job', async () => {
    const { stdout, stderr } = await run(['run', 'budgets'])
    assert.match(stdout + stderr, /SCOPE_DELIVERY|refused/)
    assertSilent(stdout + stderr + (await everyRow(url)))
  })

  it('are asked for by name where they are missing', async () => {
    const { SLACK_URL: _, ...rest } = env
    const { stderr, status } = await supascope(['deliver', '--test'], { env: rest, cwd: folder })
    assert.equal(status, 2)
    assert.match(stderr, /SCOPE_CONFIG: the environment variable SLACK_URL/)
    assertSilent(stderr)
  })

  it('can not stand in the configuration itself', async () => {
    const file = join(folder, 'open.json')
    const sink = { type: 'slack', url: `https://hooks.slack.com/${secrets.hook}` }
    await writeFile(file, JSON.stringify({ deliver: [sink] }))
    const { stderr, status } = await run(['deliver', '--test', '--config', file, '--verbose'])
    assert.equal(status, 2)
    assert.match(stderr, /SCOPE_CONFIG: .*deliver\.0\.url/)
    assertSilent(stderr)
  })
})

/** All that our tables hold, as text. */
async function everyRow(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ name: string }>(
      "select tablename as name from pg_tables where schemaname = 'supascope'",
    )
    const texts: string[] = []
    for (const { name } of rows) {
      const found = await client.query<{ row: string }>(
        `select to_json(t)::text as row from supascope.${client.escapeIdentifier(name)} t`,
      )
      texts.push(...found.rows.map(({ row }) => row))
    }
    return texts.join('\n')
  } finally {
    await client.end()
  }
}
