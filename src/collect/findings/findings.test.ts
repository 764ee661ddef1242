import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import { testDatabase } from '../../../test/database.ts'
import type { ExaminedRule } from '../../analyze/findings/index.ts'
import { type Connection, connect } from '../../db/index.ts'
import type { Finding } from '../../finding.ts'
import { decideFinding, readFindings, storeCheckRun } from './index.ts'

function finding(object: string, given: Partial<Finding> = {}): Finding {
  return {
    name: 'slow_statement',
    title: 'Slow "statement"',
    level: 'WARN',
    categories: ['PERFORMANCE', 'SECURITY'],
    detail: `it's {slow}, \\ and NUL \u0000 too`,
    remediation: 'create index on "t" (a);',
    metadata: { schema: null, name: object, toplevel: true, size: 3, rules: 'slow_statement' },
    cacheKey: `slow_statement:${object}`,
    evidence: { mean_ms: 64.5, regressed_at: null },
    state: 'open',
    ...given,
  }
}

const all: ExaminedRule[] = [{ rule: 'slow_statement' }]

for (const version of [15, 17, 18] as const) {
  describe(`the memory of findings on ${version}`, () => {
    let connection: Connection
    before(async () => {
      const { url } = await testDatabase({ version, migrated: true })
      connection = await connect({ url })
    })
    after(() => connection.close())

    test('gives back what was stored, through a whole life', async () => {
      const { db } = connection
      const first = await storeCheckRun(db, { findings: [finding('a')], examined: all })
      assert.deepEqual(
        first.transitions.map(({ from, to }) => [from, to]),
        [[null, 'open']],
      )
      const [stored] = await readFindings(db)
      const expected = finding('a', { detail: "it's {slow}, \\ and NUL  too" })
      assert.deepEqual(stored?.finding, expected)
      const decision = { kind: 'acknowledge', reason: "kim's" } as const
      const { after: known } = await decideFinding(db, 'slow_statement:a', decision, 'kim')
      assert.deepEqual((await readFindings(db))[0], known)
      const again = await storeCheckRun(db, { findings: [finding('a')], examined: all })
      assert.equal(again.findings[0]?.state, 'acknowledged')
      const subjects = new Map([['slow_statement:a', { mean_ms: 4 }]])
      await storeCheckRun(db, { findings: [], examined: [{ rule: 'slow_statement', subjects }] })
      const [resolved] = await readFindings(db)
      assert.equal(resolved?.state, 'resolved')
      assert.deepEqual(resolved.resolvedEvidence, { mean_ms: 4 })
      const back = await storeCheckRun(db, { findings: [finding('a')], examined: all })
      assert.equal(back.findings[0]?.state, 'open')
      assert.equal((await readFindings(db))[0]?.timesFound, 2)
    })

    test('finds a key by its begin, and refuses what is not clear', async () => {
      const { db } = connection
      await storeCheckRun(db, { findings: [finding('b1'), finding('b2')], examined: [] })
      const reopen = { kind: 'reopen' } as const
      await assert.rejects(decideFinding(db, 'slow_statement:b', reopen, 'kim'), {
        code: 'SCOPE_USAGE',
        message: /^2 findings/,
      })
      await assert.rejects(decideFinding(db, 'none', reopen, 'kim'), { message: /no finding/ })
      const { before: found } = await decideFinding(db, 'slow_statement:b2', reopen, 'kim')
      assert.equal(found.finding.cacheKey, 'slow_statement:b2')
    })

    test('runs at the same time make one history', async () => {
      const { db } = connection
      const runs = Array.from({ length: 5 }, () =>
        storeCheckRun(db, { findings: [finding('c')], examined: [] }),
      )
      const told = (await Promise.all(runs)).flatMap(({ transitions }) => transitions)
      assert.equal(told.length, 1)
    })

    test('forgets what was resolved long ago and old runs, and no decision of people', async () => {
      const { db } = connection
      const names = ['old', 'fresh', 'open', 'unseen', 'chosen', 'ordered']
      const findings = names.map((name) => finding(name))
      const orders = { ignore: [{ object: 'ordered', reason: 'r' }] }
      await storeCheckRun(db, { findings, examined: [] }, orders)
      const ignore = { kind: 'ignore', reason: 'r', until: null } as const
      await decideFinding(db, 'slow_statement:chosen', ignore, 'kim')
      await sql`
        update supascope.findings set state = 'resolved',
          state_since = now() - case when cache_key like '%old' then 91 else 89 end * interval '1 day'
        where cache_key in ('slow_statement:old', 'slow_statement:fresh')`.execute(db)
      await sql`
        update supascope.findings set last_seen_at = now() - interval '61 days'
        where cache_key not in ('slow_statement:old', 'slow_statement:open')`.execute(db)
      await sql`
        update supascope.check_runs set ran_at = now() - interval '36 days'`.execute(db)
      await storeCheckRun(db, { findings: [], examined: [] }, orders)
      const kept = (await readFindings(db)).map(({ finding: { metadata } }) => metadata.name)
      assert.deepEqual(
        names.filter((name) => kept.includes(name)),
        ['fresh', 'open', 'chosen'],
      )
      const { rows } = await sql<{ n: string }>`
        select count(*)::text as n from supascope.check_runs`.execute(db)
      assert.equal(rows[0]?.n, '1')
    })
  })
}
