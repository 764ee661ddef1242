import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  restRead,
  timed,
  watchedWindow,
  windowStatement,
} from '../../../test/fixtures/watched-window.ts'
import { only, windowFacts } from '../../../test/fixtures/window-facts.ts'
import type { ReportInput, WindowStatement } from '../../analyze/index.ts'
import type { Finding } from '../../finding.ts'
import { chattyStatement } from './chatty-statement.ts'

const lookup = restRead('members', 'WHERE "public"."members"."user_id" = $1 LIMIT $2 OFFSET $3')
const list = windowStatement({
  queryid: '2',
  text: restRead('orgs', 'LIMIT $1'),
  ...timed(4_000, 9, 1),
})

function judge(given: Partial<WindowStatement>, input: Partial<ReportInput> = {}): Finding[] {
  const statements = [windowStatement({ text: lookup, ...timed(36_000, 0.4, 0.1), ...given }), list]
  return chattyStatement(windowFacts({ statements, ...input }))
}

test('reports cheap lookups that run row by row', () => {
  const finding = only(judge({}))
  assert.deepEqual([finding.evidence.calls_per_minute, finding.evidence.call_share], [600, 0.9])
  assert.match(finding.remediation, /Ask once: embed it/)
  assert.deepEqual(judge(timed(35_999, 0.4, 0.1)), [])
  assert.deepEqual(judge(timed(36_000, 20, 0.1)), [])
})

test('tells one by one from many at once', () => {
  const plain = { text: 'select id from members where user_id = $1' }
  assert.equal(judge({ ...plain, rows: 3 * 36_000 }).length, 1)
  assert.equal(judge({ ...plain, rows: 3 * 36_000 + 1 }).length, 0)
  assert.equal(judge({ text: restRead('members', 'LIMIT $1') }).length, 0)
  assert.equal(judge({ text: 'select member_of($1)' }).length, 0)
})

test('takes a busy endpoint among many busy ones for what it is', () => {
  const others = Array.from({ length: 10 }, (_, i) =>
    windowStatement({ queryid: `${10 + i}`, text: restRead(`t${i}`, ''), ...timed(36_000, 1, 0) }),
  )
  const own = windowStatement({ text: lookup, ...timed(36_000, 0.4, 0.1) })
  assert.deepEqual(chattyStatement(windowFacts({ statements: [own, ...others] })), [])
})

test('counts what each call costs around the statement', () => {
  assert.equal(
    only(
      judge(
        {},
        {
          statements: [
            windowStatement({ text: lookup, ...timed(72_000, 0.1, 0) }),
            windowStatement({ queryid: '3', ...timed(500, 2_000, 0) }),
          ],
        },
      ),
    ).level,
    'WARN',
  )
})

test('proposes to write many rows at once', () => {
  const insert =
    'WITH pgrst_source AS (INSERT INTO "public"."events"("id") SELECT "pgrst_body"."id" FROM x RETURNING 1) SELECT 1'
  assert.match(only(judge({ text: insert })).remediation, /one array/)
  const plain = 'insert into events (id) values ($1)'
  assert.match(only(judge({ text: plain, rows: 36_000 })).remediation, /unnest/)
})

test('is silent where the length of the window is not known', () => {
  const window = { ...watchedWindow().window, from: null }
  assert.deepEqual(judge({}, { window }), [])
})
