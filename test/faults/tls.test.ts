import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chown, copyFile, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { type PostgresServer, startPostgres } from '../../src/local/postgres/index.ts'
import { runAll } from '../servers/shared.ts'
import { assertFailure, supascope } from '../supascope.ts'

const run = promisify(execFile)
const openssl = await run('openssl', ['version']).then(
  () => false as const,
  () => 'openssl is not installed',
)

/** A certificate that signs itself, for 127.0.0.1 but not for `localhost`. */
async function makeCertificate(folder: string): Promise<{ key: string; certificate: string }> {
  const key = join(folder, 'server.key')
  const certificate = join(folder, 'server.crt')
  await run('openssl', [
    ...['req', '-x509', '-nodes', '-newkey', 'rsa:2048', '-days', '2'],
    ...['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'],
    ...['-keyout', key, '-out', certificate],
  ])
  return { key, certificate }
}

/** Puts a file into the server's data folder as its own. */
async function giveToServer(server: PostgresServer, name: string, source: string): Promise<void> {
  const target = join(server.dataDirectory, name)
  await copyFile(source, target)
  const owner = await stat(join(server.dataDirectory, 'PG_VERSION'))
  if (process.getuid?.() === 0) await chown(target, owner.uid, owner.gid)
}

describe('a server that demands TLS', { skip: openssl }, () => {
  let server: PostgresServer
  let folder: string
  let certificate: string

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'supascope-tls-'))
    const made = await makeCertificate(folder)
    certificate = made.certificate
    server = await startPostgres()
    await giveToServer(server, 'server.key', made.key)
    await giveToServer(server, 'server.crt', certificate)
    const hba = join(folder, 'pg_hba.conf')
    await writeFile(hba, 'hostssl all all 127.0.0.1/32 scram-sha-256\n')
    await giveToServer(server, 'pg_hba.conf', hba)
    await runAll(server.url('postgres', 'supabase_admin'), ['alter system set ssl = on'])
    await server.restart()
  })
  after(async () => {
    await server?.stop('immediate')
    await rm(folder, { recursive: true, force: true })
  })

  it('without TLS: says to ask for it', async () => {
    const result = await supascope(['doctor', '--db-url', server.url()])
    assertFailure(result, { status: 3, code: 'SCOPE_DB_TLS', hint: /add \?sslmode=require/ })
  })

  it('with sslmode=require: encrypted, whoever signed it', async () => {
    const result = await supascope([
      'doctor',
      ...['--format', 'json', '--db-url', `${server.url()}?sslmode=require`],
    ])
    assert.equal(result.stderr, '')
    const { checks } = JSON.parse(result.stdout)
    const tls = checks.find((check: { name: string }) => check.name === 'tls')
    assert.equal(tls.status, 'ok')
    assert.match(tls.detail, /encrypted; the certificate is not checked/)
  })

  for (const mode of ['verify-ca', 'verify-full']) {
    it(`with sslmode=${mode}: a certificate that nobody vouches for is refused`, async () => {
      const url = `${server.url()}?sslmode=${mode}`
      const result = await supascope(['doctor', '--db-url', url])
      assertFailure(result, {
        status: 3,
        code: 'SCOPE_DB_TLS',
        message: /not trusted: self-signed certificate/,
        hint: /sslrootcert=PATH/,
      })
    })

    it(`with sslmode=${mode} and sslrootcert: trusted`, async () => {
      const url = `${server.url()}?sslmode=${mode}&sslrootcert=${certificate}`
      const result = await supascope(['doctor', '--db-url', url])
      assert.equal(result.stderr, '')
      assert.match(result.stdout, new RegExp(`certificate is checked \\(${mode}\\)`))
    })
  }

  it('only verify-full looks at the name', async () => {
    const url = (mode: string): string =>
      `${server.url().replace('127.0.0.1', 'localhost')}?sslmode=${mode}&sslrootcert=${certificate}`
    const refused = await supascope(['doctor', '--db-url', url('verify-full')])
    assertFailure(refused, { status: 3, code: 'SCOPE_DB_TLS', message: /altnames/ })
    const taken = await supascope(['doctor', '--db-url', url('verify-ca')])
    assert.equal(taken.stderr, '')
  })
})
