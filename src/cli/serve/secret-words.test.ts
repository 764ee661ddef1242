import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { passwordOf, secretRemover } from './secret-words.ts'

const remove = secretRemover(['p@ss/word', undefined, 'abc'])

describe('what is logged', () => {
  it('holds no secret that is known, in no spelling', () => {
    for (const text of ['is p@ss/word', 'is p%40ss%2Fword', 'to postgres://x:p%40ss%2Fword@h/db']) {
      const clean = remove(text)
      assert.ok(!/p@ss|p%40ss/.test(clean), clean)
    }
    assert.equal(
      remove('abc stays: too short to be told from words'),
      'abc stays: too short to be told from words',
    )
  })

  const secrets = [
    'https://hooks.slack.com/services/T0/B0/Xverysecret',
    'https://discord.com/api/webhooks/123/Xverysecret',
    'https://example.com/in?token=Xverysecret',
    'postgresql://postgres:Xverysecret@db.example.com/postgres',
    'password=Xverysecret',
    'Authorization: Bearer Xverysecret',
    'apikey: Xverysecret',
    'sb_secret_Xverysecret',
    'whsec_Xverysecret',
    'eyJhbGciOiJIUzI1NiJ9.Xverysecret.sig',
  ]
  for (const text of secrets) {
    it(`holds nothing that looks like one: ${text.replace('Xverysecret', '…')}`, () => {
      const clean = remove(`failed: ${text}, try again`)
      assert.ok(!clean.includes('Xverysecret'), clean)
      assert.match(clean, /^failed: /)
    })
  }

  it('is else left as it is', () => {
    for (const text of [
      'the host of db.example.com:5432/postgres is not known',
      'see https://supabase.com/docs/guides',
      'column "token_count" does not exist',
      'relation "supascope.job_runs" does not exist',
    ]) {
      assert.equal(remove(text), text)
    }
  })
})

it('knows the password of a database URL', () => {
  assert.equal(passwordOf('postgresql://u:se@cret@h:5432/d'), 'se@cret')
  assert.equal(passwordOf('postgresql://u@h/d'), undefined)
  assert.equal(passwordOf(undefined), undefined)
})
