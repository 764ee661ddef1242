/** Budgets over what is really stored: events as they are ingested, snapshots as they are kept. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { testDatabase } from '../../../test/database.ts'
import { connectAs, ingest, rollUpAll } from '../../../test/storage/ingest.ts'
import { type Budget, type BudgetTuning, parseBudget } from '../../budget.ts'
import { type Connection, connect } from '../../db/index.ts'
import { judgeBudgets } from './judge-budgets.ts'
import { measureBudget, statementWindows } from './measure-budget.ts'

let connection: Connection
let url: string
before(async () => {
  url = (await testDatabase({ migrated: true })).url
  connection = await connect({ url })
})
after(() => connection.close())

function budget(sentence: string, more: BudgetTuning = {}): Budget {
  const parsed = parseBudget(sentence, more)
  assert.ok(parsed, sentence)
  return parsed
}

const window = { from: new Date('2026-10-01T00:00:00Z'), to: new Date('2026-10-01T00:15:00Z') }

test('the mean of statements, by id, by label and by role', async () => {
  const { db } = connection
  await sql`
    insert into supascope.statements (queryid, role_name, toplevel, first_seen_at)
    values (11, 'anon', true, ${window.from}), (12, 'authenticated', true, ${window.from})`.execute(
    db,
  )
  await sql`
    insert into supascope.statement_texts (queryid, query)
    values (11, 'select * from a where id = $1'), (12, 'select * from a')`.execute(db)
  const { rows } = await sql<{ ids: number[] }>`
    select array_agg(id order by queryid) as ids from supascope.statements`.execute(db)
  await sql`
    insert into supascope.snapshots (taken_at, interval_from, intervals, incomplete_intervals, gaps,
      entries, evictions, database_delta, statement_ids, calls, total_ms)
    values (${window.to}, ${window.from}, 15, 0, 0, 2, 0, '{}', ${rows[0]?.ids}, '{100,10}', '{500,400}')`.execute(
    db,
  )
  const measure = (sentence: string) =>
    measureBudget(db, budget(sentence), window, statementWindows(db))
  const byId = await measure('statement 11 < 5 ms mean')
  assert.deepEqual([byId.value, byId.samples, byId.errorBound], [5, 100, 0])
  assert.equal((await measure('statement "* a*" < 5 ms mean')).value, 900 / 110)
  assert.equal((await measure('statement "* a*" as authenticated < 5 ms mean')).value, 40)
  const nobody = await measure('statement 13 < 5 ms mean')
  assert.deepEqual([nobody.value, nobody.reason], [null, 'it was not called'])
  const empty = { from: new Date('2026-10-02T00:00:00Z'), to: new Date('2026-10-02T00:15:00Z') }
  const unknown = await measureBudget(
    db,
    budget('statement 11 < 5 ms mean'),
    empty,
    statementWindows(db),
  )
  assert.deepEqual([unknown.value, unknown.reason], [null, 'no snapshot was stored in the window'])
})

test('quantiles of routes and vitals, raised once for all who judge', async () => {
  const { db } = connection
  // The last whole window: its minutes are kept, and so is the time of the server.
  const { rows } = await sql<{ at: Date }>`
    select date_bin('15 minutes', clock_timestamp() - interval '2 minutes', 'epoch')
      - interval '5 minutes' as at`.execute(db)
  const at = rows[0]?.at.getTime() ?? 0
  const dims = [{ kind: 'function', name: 'f', route: '/orders', method: 'GET', status: '2xx' }]
  const events = Array.from({ length: 100 }, (_, i) => {
    return { d: 0, t: at + i, v: i < 90 ? 50 : 400, w: 1, e: 0 }
  })
  // The window after it as well, which may end while this test runs.
  events.push(...events.map((event) => ({ ...event, t: event.t + 5.5 * 60_000 })))
  const sender = await connectAs(url)
  await ingest(sender, JSON.stringify({ v: 1, id: randomUUID(), dims, events }))
  await rollUpAll(sender, 'events')
  await sender.end()
  const names = ['p95 of route GET /orders < 300 ms', 'p50 of route /orders < 300 ms', 'LCP < 2 s']
  const budgets = names.map((name) => budget(name, { raiseAfter: 1, of: 1 }))
  const all = await Promise.all([judgeBudgets(db, budgets), judgeBudgets(db, budgets)])
  const { judged } = all[0] ?? { judged: [] }
  assert.deepEqual(
    judged.map(({ state, finding }) => [
      state?.state,
      state?.verdicts.at(-1)?.verdict,
      finding?.state,
    ]),
    [
      ['raised', 'over', 'open'],
      ['ok', 'under', undefined],
      ['ok', 'unknown', undefined],
    ],
  )
  const value = judged[0]?.state?.verdicts.at(-1)?.value ?? 0
  assert.ok(Math.abs(value / 400 - 1) <= 0.01, String(value))
  const stored = await sql<{ n: number }>`
    select count(*)::integer as n from supascope.budget_states where jsonb_array_length(verdicts) = 1`.execute(
    db,
  )
  assert.equal(stored.rows[0]?.n, 3)
})
