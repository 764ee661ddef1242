import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fromEnvironment, scrub, secretsOf } from './secrets.ts'

const rules = { name: 's', when: 'always', level: 'info', jobs: [] } as const

test('finds a secret in each of its spellings, whole and in parts', () => {
  const url = 'https://hooks.example.com/services/T000/B000/xYz%20s3cr3t?token=abc%2Bdef'
  const sink = { ...rules, type: 'slack', url: { env: 'U' }, resend: false } as const
  const secrets = secretsOf(sink, { U: url })
  const leaks = [
    `no route to ${url}`,
    `POST /services/T000/B000/xYz%20s3cr3t?token=abc%2Bdef failed`,
    'xYz s3cr3t',
    encodeURIComponent(url),
    Buffer.from(url).toString('base64'),
  ]
  for (const leak of leaks) assert.doesNotMatch(scrub(leak, secrets), /s3cr3t|c2VydmljZX/, leak)
})

test('never lets a key or a password pass, whatever stands around it', () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[\x21-\x7e]{6,40}$/),
      fc.string({ maxLength: 30 }),
      fc.string({ maxLength: 30 }),
      (secret, before, after) => {
        const sink = {
          ...rules,
          type: 'webhook',
          url: { env: 'U' },
          secret: { env: 'S' },
          resend: true,
        } as const
        const secrets = secretsOf(sink, { U: 'https://x.example/', S: secret })
        const said = scrub(`${before}${secret}${after}`, secrets)
        assert.ok(!said.includes(secret) || secret.includes('***'), said)
      },
    ),
  )
})

test('is one short line without control characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.match(scrub(text, []), /^[^\p{C}\n]{0,200}$/u)
    }),
  )
})

test('names the variable that is not set, or empty', () => {
  assert.equal(fromEnvironment({ env: 'A' }, { A: ' x ' }), 'x')
  for (const env of [{}, { A: ' ' }]) {
    assert.throws(() => fromEnvironment({ env: 'A' }, env), {
      code: 'SCOPE_CONFIG',
      message: /\bA\b/,
    })
  }
})
