import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { assertFailure, supascope } from '../supascope.ts'

const password = 's3cr3t-Pa55'

describe('wrong usage', { concurrency: true }, () => {
  const cases: [name: string, args: string[], message: RegExp, hint: RegExp][] = [
    ['an unknown command', ['reprot'], /unknown command 'reprot'/, /Did you mean report\?/],
    ['an unknown flag', ['report', '--formt', 'json'], /unknown option '--formt'/, /--format/],
    [
      'an unknown flag that carries a URL',
      ['report', `--dburl=postgresql://me:${password}@h/x`],
      /unknown option '--dburl'/,
      /--help/,
    ],
    [
      'a URL in place of a command',
      [`postgresql://me:${password}@h/x`],
      /unknown command/,
      /--help/,
    ],
    [
      'a URL without its flag',
      ['report', `postgresql://me:${password}@h/x`],
      /too many arguments/,
      /--help/,
    ],
    ['a flag without its value', ['report', '--db-url'], /argument missing/, /--help/],
    ['a format that a command lacks', ['migrate', '--format', 'html'], /Allowed choices/, /--help/],
    ['a number that is none', ['report', '--top', 'many'], /--top/, /from 1 to/],
    ['a duration that is none', ['report', '--since', 'yesterday'], /--since/, /24h/],
    ['a day that no calendar has', ['report', '--since', '2026-02-30'], /--since/, /2026-11-01/],
    [
      'a window that ends before it begins',
      ['report', '--since', '1h', '--until', '2h'],
      /--until/,
      /later/,
    ],
    ['lifetime with a window', ['report', '--lifetime', '--since', '1h'], /--lifetime/, /--since/],
    ['an unknown level', ['report', '--fail-on', 'never'], /Allowed choices/, /--help/],
    ['an interval that is none', ['snapshot', '--every', '60'], /--every/, /90s/],
  ]
  for (const [name, args, message, hint] of cases) {
    it(name, async () => {
      const run = await supascope([...args], {
        env: { SUPASCOPE_DB_URL: 'postgresql://127.0.0.1:1/x' },
      })
      assertFailure(run, { status: 2, code: 'SCOPE_USAGE', message, hint, secrets: [password] })
    })
  }

  it('no command: the help, on standard error', async () => {
    const run = await supascope([])
    assert.equal(run.status, 2)
    assert.equal(run.stdout, '')
    assert.match(run.stderr, /Usage: supascope/)
  })

  it('a configuration file that is not there', async () => {
    const run = await supascope(['doctor', '--config', 'nowhere.json'])
    assertFailure(run, {
      status: 2,
      code: 'SCOPE_CONFIG',
      message: /nowhere\.json/,
      hint: /--config/,
    })
  })
})

describe('a wrong database URL', { concurrency: true }, () => {
  const urls: [name: string, url: string][] = [
    ['of the API', `https://me:${password}@abc.supabase.co`],
    ['of another database', `mysql://me:${password}@127.0.0.1/x`],
    ['without a host', `postgresql://me:${password}@/x`],
    ['with a stray %', `postgresql://me:${password}%zz@127.0.0.1/x`],
    ['with an impossible port', `postgresql://me:${password}@127.0.0.1:99999/x`],
    ['with a bare slash in the password', `postgresql://me:${password}/x@127.0.0.1/x`],
    ['that is garbage', `what ever ${password}`],
    ['with an unknown sslmode', `postgresql://me:${password}@127.0.0.1/x?sslmode=maybe`],
    [
      'with a certificate that is not there',
      `postgresql://me:${password}@127.0.0.1/x?sslmode=verify-full&sslrootcert=/nowhere.crt`,
    ],
  ]
  for (const [name, url] of urls) {
    it(name, async () => {
      for (const verbose of [false, true]) {
        const run = await supascope(['doctor'], {
          env: { SUPASCOPE_DB_URL: url, ...(verbose ? { SUPASCOPE_DEBUG: '1' } : {}) },
        })
        assert.ok(!(run.stdout + run.stderr).includes(password), run.stderr)
        if (!verbose) assertFailure(run, { status: 2, code: 'SCOPE_DB_URL' })
      }
    })
  }

  it('none at all: says the three ways to give one', async () => {
    const run = await supascope(['doctor'])
    assertFailure(run, {
      status: 2,
      code: 'SCOPE_DB_URL',
      hint: /--db-url .* SUPASCOPE_DB_URL, SUPABASE_DB_URL, DATABASE_URL/,
    })
  })
})
