import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { withoutCredentials } from './secrets.ts'

describe('withoutCredentials', () => {
  it('takes user and password out of every URL of a text', () => {
    const text = 'from postgresql://me:s3cret@a/b to https://x:y@z, done'
    assert.equal(withoutCredentials(text), 'from postgresql://***@a/b to https://***@z, done')
  })

  it('holds for URLs too broken to be parsed', () => {
    for (const url of ['postgres://u:p@ss/w0rd@host', 'postgres://u:%zz@h', 'x://u:a#b?c@[h']) {
      const printed = withoutCredentials(`bad: ${url}`)
      assert.match(printed, /^bad: \w+:\/\/\*\*\*@/)
      assert.doesNotMatch(printed, /w0rd|%zz|a#b/)
    }
  })

  it('takes out password=…', () => {
    assert.equal(
      withoutCredentials("host=h password='a b' user=u PGPASSWORD=x&y=1"),
      'host=h password=*** user=u PGPASSWORD=***&y=1',
    )
  })

  it('leaves the pattern that hints teach, and other text, as it is', () => {
    for (const text of [
      'postgresql://USER:PASSWORD@HOST:5432/postgres',
      'see https://example.com/a and mail me@example.com',
    ]) {
      assert.equal(withoutCredentials(text), text)
    }
  })
})
