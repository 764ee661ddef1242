import assert from 'node:assert/strict'
import { createServer, type Server, type Socket } from 'node:net'
import { networkInterfaces } from 'node:os'
import { before, describe, it, type TestContext } from 'node:test'
import { freePort } from '../../src/local/postgres/index.ts'
import { type TestDatabase, testDatabase } from '../database.ts'
import { assertFailure, supascope } from '../supascope.ts'

const password = 'wr0ng-s3cr3t/with@signs'

/** Listens on a port of its own and treats every connection as told. */
async function fakeServer(
  t: TestContext,
  treat: (socket: Socket) => void,
  host = '127.0.0.1',
): Promise<number> {
  const server: Server = createServer((socket) => {
    socket.on('error', () => socket.destroy())
    treat(socket)
    t.after(() => socket.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  t.after(() => server.close())
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')
  return address.port
}

describe('a database that does not let us in', { concurrency: true }, () => {
  let database: TestDatabase
  before(async () => {
    database = await testDatabase()
  })

  it('a wrong password', async () => {
    const url = new URL(database.url)
    url.password = encodeURIComponent(password)
    const run = await supascope(['doctor', '--db-url', url.href])
    assertFailure(run, {
      status: 3,
      code: 'SCOPE_DB_AUTH',
      message: /password authentication failed/,
      hint: /check user and password/,
      secrets: [password],
    })
  })

  it('a wrong password, with --verbose: the stack, and still no password', async () => {
    const url = new URL(database.url)
    url.password = encodeURIComponent(password)
    const run = await supascope(['doctor', '--verbose', '--db-url', url.href])
    assert.equal(run.status, 3)
    assert.match(run.stderr, /caused by: error: password authentication failed/)
    assert.match(run.stderr, /\n\s+at /)
    assert.ok(!run.stderr.includes(password) && !run.stderr.includes(encodeURIComponent(password)))
  })

  it('no password', async () => {
    const url = new URL(database.url)
    url.password = ''
    const run = await supascope(['doctor', '--db-url', url.href])
    assertFailure(run, { status: 3, code: 'SCOPE_DB_AUTH', hint: /USER:PASSWORD@HOST/ })
  })

  it('a database that does not exist', async () => {
    const url = new URL(database.url)
    url.pathname = '/nowhere'
    const run = await supascope(['doctor', '--db-url', url.href])
    assertFailure(run, { status: 3, code: 'SCOPE_DB_NOT_FOUND', message: /"nowhere"/ })
  })

  it('a server without TLS, where the URL wants it', async () => {
    const run = await supascope(['doctor', '--db-url', `${database.url}?sslmode=require`])
    assertFailure(run, { status: 3, code: 'SCOPE_DB_TLS', hint: /sslmode=disable/ })
  })
})

describe('a host that is not the database', { concurrency: true }, () => {
  const url = (host: string, port: number): string =>
    `postgresql://postgres:${encodeURIComponent(password)}@${host}:${port}/postgres?connect_timeout=1`
  const unreachable = {
    status: 3,
    code: 'SCOPE_DB_UNREACHABLE',
    secrets: [password],
  } as const

  it('a closed port', async () => {
    const run = await supascope(['doctor', '--db-url', url('127.0.0.1', await freePort())])
    assertFailure(run, { ...unreachable, message: /ECONNREFUSED/, hint: /check host and port/ })
  })

  it('a name that nobody has', async () => {
    const run = await supascope(['doctor', '--db-url', url('nobody.invalid', 5432)])
    assertFailure(run, { ...unreachable, message: /nobody\.invalid/, hint: /check the host name/ })
  })

  it('one that takes the connection and says nothing', async (t) => {
    const port = await fakeServer(t, (socket) => socket.resume())
    const run = await supascope(['doctor', '--db-url', url('127.0.0.1', port)])
    assertFailure(run, { ...unreachable, message: /does not answer/ })
  })

  it('one that hangs up', async (t) => {
    const port = await fakeServer(t, (socket) => socket.end())
    const run = await supascope(['doctor', '--db-url', url('127.0.0.1', port)])
    assertFailure(run, { ...unreachable, message: /does not answer/ })
  })

  it('one that speaks another language', async (t) => {
    const port = await fakeServer(t, (socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'))
    const run = await supascope(['doctor', '--db-url', url('127.0.0.1', port)])
    assertFailure(run, unreachable)
  })

  const address = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address
  it('one on another machine that refuses TLS: nothing is sent in clear text', {
    skip: address === undefined && 'this machine has no address but its loopback ones',
  }, async (t) => {
    const received: Buffer[] = []
    const refuse = (socket: Socket): void => {
      socket.on('data', (data) => {
        received.push(data)
        socket.write('N')
      })
    }
    const port = await fakeServer(t, refuse, '0.0.0.0')
    const run = await supascope(['doctor', '--db-url', url(String(address), port)])
    assertFailure(run, {
      status: 3,
      code: 'SCOPE_DB_TLS',
      message: /does not speak TLS/,
      hint: /sslmode=disable/,
      secrets: [password],
    })
    // The request for TLS, 8 bytes long, and nothing after it.
    assert.equal(Buffer.concat(received).toString('hex'), '0000000804d2162f')
  })
})
