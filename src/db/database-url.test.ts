import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { ScopeError } from '../errors.ts'
import { parseDatabaseUrl } from './database-url.ts'

function refusal(url: string): ScopeError {
  try {
    parseDatabaseUrl(url)
  } catch (error) {
    assert.ok(error instanceof ScopeError)
    return error
  }
  assert.fail('the URL was taken')
}

describe('parseDatabaseUrl', () => {
  it('takes a URL apart and decodes its parts', () => {
    const url = parseDatabaseUrl('postgresql://postgres.abc:p%40ss%2F@db.example.com:6543/my%20db')
    assert.deepEqual(url, {
      host: 'db.example.com',
      port: 6543,
      user: 'postgres.abc',
      password: 'p@ss/',
      database: 'my db',
      sslmode: 'require',
      sslrootcert: undefined,
      connectTimeoutMs: undefined,
      local: false,
      target: 'db.example.com:6543/my db',
    })
  })

  it('fills in what the URL leaves out, as libpq does', () => {
    const url = parseDatabaseUrl('postgres://localhost')
    assert.equal(url.port, 5432)
    assert.equal(url.user, 'postgres')
    assert.equal(url.database, 'postgres')
    assert.equal(url.password, undefined)
    assert.equal(parseDatabaseUrl('postgres://anna@localhost').database, 'anna')
  })

  it('takes a socket folder and an IPv6 address', () => {
    const socket = parseDatabaseUrl('postgresql://postgres@/postgres?host=/run/postgresql')
    assert.equal(socket.host, '/run/postgresql')
    assert.equal(socket.sslmode, 'disable')
    const six = parseDatabaseUrl('postgresql://postgres@[2001:db8::1]:5433/postgres')
    assert.equal(six.host, '2001:db8::1')
    assert.equal(six.target, '[2001:db8::1]:5433/postgres')
  })

  it('encrypts the way to every other machine, unless the URL says otherwise', () => {
    const mode = (host: string, query = ''): string =>
      parseDatabaseUrl(`postgresql://postgres@${host}/postgres${query}`).sslmode
    for (const local of ['localhost', '127.0.0.1', '127.0.0.2', '[::1]']) {
      assert.equal(mode(local), 'disable')
      assert.equal(mode(local, '?sslmode=prefer'), 'disable')
      assert.equal(mode(local, '?sslmode=require'), 'require')
    }
    for (const remote of ['db.example.com', '10.0.0.1', 'localhost.example.com']) {
      assert.equal(mode(remote), 'require')
      assert.equal(mode(remote, '?sslmode=prefer'), 'require')
      assert.equal(mode(remote, '?sslmode=allow'), 'require')
      assert.equal(mode(remote, '?sslmode=disable'), 'disable')
      assert.equal(mode(remote, '?sslmode=no-verify'), 'require')
      assert.equal(mode(remote, '?sslmode=verify-full'), 'verify-full')
    }
  })

  it('takes connect_timeout in seconds', () => {
    const timeout = (text: string): number | undefined =>
      parseDatabaseUrl(`postgresql://localhost/x?connect_timeout=${text}`).connectTimeoutMs
    assert.equal(timeout('3'), 3000)
    for (const wrong of ['0', '-1', '1.5', 'soon', '']) {
      assert.throws(() => timeout(wrong), { code: 'SCOPE_DB_URL' })
    }
  })

  it('says which kind of URL was mistaken for it', () => {
    assert.match(refusal('https://abc.supabase.co').message, /of the API/)
    assert.match(refusal('mysql://root@localhost/x').message, /postgresql:\/\//)
    assert.match(refusal('postgresql:///postgres').message, /no host/)
    assert.match(refusal('postgresql://me:secret@/postgres').message, /no host/)
    assert.match(refusal('postgresql://a:b%zz@localhost/x').message, /stray %/)
    assert.match(refusal('localhost:5432').message, /does not start|not a URL/)
    assert.match(refusal('postgresql://localhost/x?sslmode=full').message, /sslmode/)
  })

  it('never repeats the password, whatever is wrong with the URL', () => {
    const schemes = fc.constantFrom('postgresql', 'postgres', 'http', 'https', 'mysql', '')
    const secret = fc.stringMatching(/^[A-Za-z0-9%@/:#? ]{8,20}$/)
    const rest = fc.constantFrom('', '@', '@localhost', '@:x/y', '@localhost:99999/x', '@%/x')
    fc.assert(
      fc.property(schemes, secret, rest, (scheme, password, tail) => {
        try {
          parseDatabaseUrl(`${scheme}://user:${password}${tail}`)
        } catch (error) {
          assert.ok(error instanceof ScopeError, String(error))
          assert.equal(error.code, 'SCOPE_DB_URL')
          assert.ok(!error.message.includes(password), error.message)
          assert.ok(!error.hint.includes(password), error.hint)
        }
      }),
      { numRuns: 500 },
    )
  })
})
