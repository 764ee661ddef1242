import assert from 'node:assert/strict'
import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { ApiError } from './api-error.ts'
import { signToken, verifyToken } from './jwt.ts'

const secret = 'the secret of these tests'
const now = 1_800_000_000

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

/** A token with any header, signed right for HS256. */
function tokenWith(head: unknown, claims: unknown): string {
  const text = `${encode(head)}.${encode(claims)}`
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
}

function refusal(token: string): [number, string, string] {
  try {
    verifyToken(token, secret, now)
  } catch (error) {
    if (error instanceof ApiError) return [error.status, error.code, error.message]
    throw error
  }
  return assert.fail('the token was accepted')
}

test('accepts what it signed', () => {
  const claims = { role: 'authenticated', sub: 'ü', exp: now + 1, nested: { a: [1] } }
  assert.deepEqual(verifyToken(signToken(claims, secret), secret, now), claims)
})

test('refuses every token with a changed character', () => {
  const token = signToken({ role: 'anon', exp: now + 60 }, secret)
  const change = fc.record({
    at: fc.nat(token.length - 1),
    to: fc.string({ minLength: 1, maxLength: 1 }),
  })
  fc.assert(
    fc.property(change, ({ at, to }) => {
      fc.pre(token[at] !== to)
      const forged = token.slice(0, at) + to + token.slice(at + 1)
      assert.equal(refusal(forged)[0], 401)
    }),
  )
})

test('never lets the token choose its algorithm', () => {
  const claims = { role: 'service_role', exp: now + 60 }
  const unsigned = `${encode({ alg: 'none' })}.${encode(claims)}.`
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const text = `${encode({ alg: 'RS256' })}.${encode(claims)}`
  const asymmetric = `${text}.${sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`
  for (const token of [
    unsigned,
    asymmetric,
    tokenWith({ alg: 'HS512' }, claims),
    tokenWith({}, claims),
  ]) {
    assert.deepEqual(refusal(token), [401, 'PGRST301', 'Wrong or unsupported encoding algorithm'])
  }
})

test('refuses another secret, and what is no token', () => {
  const other = signToken({ role: 'service_role' }, 'another secret')
  assert.deepEqual(refusal(other), [401, 'PGRST301', 'No suitable key or wrong key type'])
  assert.deepEqual(refusal('a.b'), [401, 'PGRST301', 'Expected 3 parts in JWT; got 2'])
  assert.deepEqual(refusal(''), [401, 'PGRST301', 'Empty JWT is sent in Authorization header'])
  assert.equal(refusal(tokenWith({ alg: 'HS256' }, ['no', 'object']))[1], 'PGRST303')
})

test('keeps to the times of a token, with 30 s of grace', () => {
  const at = (claims: object): string => tokenWith({ alg: 'HS256' }, claims)
  assert.deepEqual(refusal(at({ exp: now - 31 })), [401, 'PGRST303', 'JWT expired'])
  assert.deepEqual(refusal(at({ nbf: now + 31 })), [401, 'PGRST303', 'JWT not yet valid'])
  assert.deepEqual(refusal(at({ iat: now + 31 })), [401, 'PGRST303', 'JWT issued at future'])
  assert.equal(refusal(at({ exp: 'soon' }))[2], "The JWT 'exp' claim must be a number")
  const near = { exp: now - 29, nbf: now + 29, iat: now + 29 }
  assert.deepEqual(verifyToken(at(near), secret, now), near)
})
