/** What people do with findings and marks, by the real program. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { storeCheckRun } from '../src/collect/findings/index.ts'
import { type Connection, connect } from '../src/db/index.ts'
import type { Finding } from '../src/finding.ts'
import { testDatabase } from './database.ts'
import { assertFailure, type Run, supascope } from './supascope.ts'

function finding(object: string): Finding {
  return {
    name: 'slow_statement',
    title: 'Slow statement',
    level: 'WARN',
    categories: ['PERFORMANCE'],
    detail: 'It is slow.',
    remediation: '',
    metadata: { schema: null, name: `\u001b[31m${object}|<b>`, rules: 'slow_statement' },
    cacheKey: `slow_statement:${object}:anon`,
    evidence: { mean_ms: 64 },
    state: 'open',
  }
}

describe('findings and marks', () => {
  let connection: Connection
  let url: string
  before(async () => {
    url = (await testDatabase({ version: 17, migrated: true })).url
    connection = await connect({ url })
    const examined = [{ rule: 'slow_statement' }]
    await storeCheckRun(connection.db, { findings: [finding('a'), finding('b')], examined })
  })
  after(() => connection.close())

  const run = (...args: string[]): Promise<Run> =>
    supascope(args, { env: { DATABASE_URL: url, GITHUB_ACTOR: 'kim' } })

  it('are listed, decided about, and listed by state', async () => {
    const list = await run('findings')
    assert.equal(list.status, 0)
    assert.match(list.stdout, /slow_statement:a:anon\n {7}open, found/)
    assert.ok(!list.stdout.includes('\u001b'), 'no control character of the database gets out')
    const ack = await run('findings', 'ack', 'slow_statement:a', '--reason', 'in review')
    assert.match(ack.stdout, /acknowledged since .* by kim: in review/)
    const ignore = ['ignore', 'slow_statement:b', '--reason', 'legacy', '--until', '30d']
    const ignored = await run('findings', ...ignore, '--format', 'json')
    const { findings } = JSON.parse(ignored.stdout)
    assert.deepEqual([findings[0].state, findings[0].reason], ['ignored', 'legacy'])
    assert.ok(Date.parse(findings[0].ignored_until) > Date.now() + 29 * 86_400_000)
    const table = await run('findings', '--state', 'ignored', '--format', 'markdown')
    assert.match(table.stdout, /\| WARN \| Slow statement: \\\[31mb\\\|&lt;b&gt; \| ignored since/)
    const reopened = await run('findings', 'reopen', 'slow_statement:b:anon')
    assert.match(reopened.stdout, /open, found/)
  })

  it('refuse what is not clear, with a remedy', async () => {
    const wrong = [
      ['findings', 'ignore', 'slow_statement:a'],
      ['findings', 'ack', 'nothing'],
      ['findings', '--reason', 'x'],
      ['findings', 'ignore', 'slow_statement:a', '--reason', 'x', '--until', '2020-01-01'],
    ]
    for (const args of wrong) {
      assertFailure(await run(...args), { status: 2, code: 'SCOPE_USAGE' })
    }
  })

  it('are marked once at a time', async () => {
    const at = ['--at', '2026-11-01T08:30Z']
    const first = await run('mark', 'deploy\u001b v42', ...at)
    assert.equal(first.stdout, 'marked: deploy v42, 2026-11-01 08:30 UTC\n')
    const second = await run('mark', 'deploy v42', ...at, '--format', 'json')
    const expected = { schema: 1, name: 'deploy v42', at: '2026-11-01T08:30:00.000Z', by: 'kim' }
    assert.deepEqual(JSON.parse(second.stdout), { ...expected, made: false })
  })

  it('need the schema', async () => {
    const bare = await testDatabase({ version: 17 })
    const refused = await supascope(['findings'], { env: { DATABASE_URL: bare.url } })
    assertFailure(refused, { status: 3, code: 'SCOPE_SCHEMA_MISSING' })
  })
})
