import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { testDatabase } from '../../test/database.ts'
import { deltaFlags, gapFlags, mergeMoments } from '../analyze/index.ts'
import { connect, type Database } from '../db/index.ts'
import { readWindow } from './read-window.ts'

interface Element {
  queryid: number
  calls: number
  totalMs: number
  m2?: number
  flags?: number
}

const start = Date.parse('2026-10-01T00:00:00Z')
const minute = (n: number): Date => new Date(start + n * 60_000)

/** Stores intervals of a minute, one after the other. */
async function store(
  db: Database,
  intervals: readonly { gaps?: number; elements: readonly Element[] }[],
): Promise<void> {
  await sql`truncate supascope.snapshots, supascope.statements restart identity`.execute(db)
  await sql`
    insert into supascope.statements (queryid, role_name, toplevel, first_seen_at)
    select id, 'anon', true, ${minute(-9)} from generate_series(1, 9) id`.execute(db)
  for (const [i, { gaps = 0, elements }] of intervals.entries()) {
    const values = (name: keyof Element) => elements.map((element) => element[name] ?? 0)
    await sql`
      insert into supascope.snapshots (taken_at, interval_from, intervals,
        incomplete_intervals, gaps, entries, evictions, database_delta,
        statement_ids, calls, total_ms, m2, flags)
      values (${minute(i + 1)}, ${minute(i)}, 1, ${gaps === 0 ? 0 : 1}, ${gaps}, 9, 1,
        '{"xact_commit": 2}', ${values('queryid')}::integer[], ${values('calls')}::bigint[],
        ${values('totalMs')}::double precision[], ${values('m2')}::real[],
        ${values('flags')}::smallint[])`.execute(db)
  }
}

test('a window', async (t) => {
  const { url } = await testDatabase({ migrated: true })
  const { db, close } = await connect({ url })
  t.after(close)
  const { first, vanished } = deltaFlags
  const read = async (from = 0, to = 100) => {
    const window = await readWindow(db, { from: minute(from), to: minute(to) })
    assert.ok(window)
    const uncertain = window.statements.filter(({ mayMissCalls }) => mayMissCalls)
    return { ...window, uncertain: uncertain.map(({ queryid }) => queryid).sort() }
  }
  const one = { calls: 1, totalMs: 1 }

  await t.test('adds up counts, and merges deviations by mean and spread', async () => {
    const parts = [
      { calls: 3, totalMs: 30, m2: 2 },
      { calls: 1, totalMs: 100, m2: 0 },
      { calls: 10, totalMs: 50, m2: 8 },
    ]
    await store(
      db,
      parts.map((part) => ({ elements: [{ queryid: 1, ...part }] })),
    )
    const { statements, intervals, database, evictions, snapshots } = await read()
    const whole = parts.reduce(mergeMoments)
    const [statement] = statements
    assert.ok(statement)
    assert.deepEqual([statement.calls, statement.totalMs], [whole.calls, whole.totalMs])
    assert.ok(Math.abs(statement.m2 - whole.m2) < 1e-6 * whole.m2)
    assert.equal(statement.rows, 0)
    assert.deepEqual(intervals, { intervals: 3, incompleteIntervals: 0, gaps: 0 })
    assert.deepEqual([database.xact_commit, evictions, snapshots], [6, 3, 4])
  })

  await t.test('doubts what was first seen after a gap: it may have come and gone', async () => {
    await store(db, [
      { gaps: gapFlags.evicted, elements: [] },
      {
        elements: [
          { queryid: 1, ...one, flags: first },
          { queryid: 2, ...one },
        ],
      },
    ])
    assert.deepEqual((await read()).uncertain, ['1'])
    assert.deepEqual((await read(1)).uncertain, [], 'a window without the gap')
  })

  await t.test('does not doubt what was there before the gap and after', async () => {
    await store(db, [
      { elements: [{ queryid: 1, ...one, flags: first }] },
      { gaps: gapFlags.evicted, elements: [{ queryid: 1, ...one }] },
    ])
    assert.deepEqual((await read()).uncertain, [])
  })

  await t.test('doubts what was dropped, also where it comes back later', async () => {
    await store(db, [
      { elements: [{ queryid: 1, ...one }] },
      { gaps: gapFlags.evicted, elements: [{ queryid: 1, calls: 0, totalMs: 0, flags: vanished }] },
      { elements: [{ queryid: 1, ...one, flags: first }] },
    ])
    const { statements, uncertain } = await read()
    assert.deepEqual(uncertain, ['1'])
    assert.equal(statements[0]?.flags, first | vanished)
    // From the interval after on, the statement is known from its first call.
    assert.deepEqual((await read(2)).uncertain, [])
  })

  await t.test('does not list what has only gone', async () => {
    await store(db, [
      { gaps: gapFlags.reset, elements: [{ queryid: 1, calls: 0, totalMs: 0, flags: vanished }] },
    ])
    const { statements, intervals } = await read()
    assert.deepEqual(statements, [])
    assert.equal(intervals.incompleteIntervals, 1)
  })

  await t.test('doubts everything across a crash', async () => {
    await store(db, [
      { elements: [{ queryid: 1, ...one }] },
      { gaps: gapFlags.lost, elements: [] },
      { elements: [{ queryid: 2, ...one }] },
    ])
    assert.deepEqual((await read()).uncertain, ['1', '2'])
  })
})
