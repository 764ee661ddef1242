import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { counterNames, gapFlags, type WindowStatement } from '../src/analyze/index.ts'
import { readWindow, type StatementWindow } from '../src/collect/index.ts'
import { ownServer } from './database.ts'
import { type Command, commands } from './statement-counts/commands.ts'
import { countKey, type Observation, ObservedServer } from './statement-counts/observed-server.ts'

/** Fewer than ever run, so that entries are evicted all the time. */
const settings = {
  'pg_stat_statements.max': 100,
  // What a snapshot says it stored must outlive a crash.
  synchronous_commit: 'on',
}
const runs = 8

for (const version of [15, 17, 18] as const) {
  test(`no window counts more than ran, nor less without saying so, on ${version}`, async (t) => {
    const server = await ownServer(t, { version, migrated: true, settings })
    const observed = await ObservedServer.prepare(server)
    t.after(() => observed.disconnect())
    let windows = 0
    await fc.assert(
      fc.asyncProperty(commands({ resetExtremes: version >= 17 }), async (sequence) => {
        await observed.begin()
        for (const command of sequence) await observed.carryOut(command)
        await observed.carryOut({ type: 'snapshot' })
        windows += await checkAllWindows(observed, sequence)
      }),
      { numRuns: runs, interruptAfterTimeLimit: 60_000 },
    )
    t.diagnostic(`${windows} windows`)
  })
}

/** Every pair of snapshots makes a window; the window says where it really begins and ends. */
async function checkAllWindows(
  observed: ObservedServer,
  sequence: readonly Command[],
): Promise<number> {
  const { db } = await observed.connection()
  const { observations } = observed
  const at = new Map(observations.map((each) => [each.snapshot.takenAt, each]))
  let windows = 0
  for (const [i, first] of observations.entries()) {
    for (const last of observations.slice(i + 1)) {
      const span = { from: new Date(first.snapshot.takenAt), to: new Date(last.snapshot.takenAt) }
      const window = await readWindow(db, span)
      const from = at.get(window?.from ?? '')
      const to = at.get(window?.to ?? '')
      if (window === null) continue
      assert.ok(from && to, `${window.from} and ${window.to} are times of snapshots`)
      checkWindow(window, from, to)
      checkGaps(window, sequence)
      if (observations.indexOf(to) - observations.indexOf(from) === 1) {
        checkEntries(window, from, to)
      }
      windows += 1
    }
  }
  return windows
}

function checkWindow(window: StatementWindow, from: Observation, to: Observation): void {
  const listed = byKey(window)
  for (const [key, total] of to.counts) {
    const truth = total - (from.counts.get(key) ?? 0)
    const statement = listed.get(key)
    const counted = statement?.calls ?? 0
    const what = `${key} from ${window.from} to ${window.to}: ${counted} of ${truth}`
    assert.ok(counted <= truth, `more than ran: ${what}`)
    if (counted === truth) continue
    assert.ok(window.intervals.incompleteIntervals > 0, `an interval hides a gap: ${what}`)
    assert.ok(statement === undefined || statement.mayMissCalls, `it hides a gap: ${what}`)
  }
  for (const statement of window.statements) {
    for (const name of counterNames) {
      assert.ok(statement[name] >= 0, `${name} of ${statement.queryid} is negative`)
    }
    assert.ok(statement.m2 >= 0)
  }
}

/** No false alarm: each gap has its cause, and without one all is certain. */
function checkGaps({ intervals, statements }: StatementWindow, sequence: readonly Command[]): void {
  const happened = (...types: Command['type'][]): boolean =>
    sequence.some(({ type }) => types.includes(type))
  let possible = gapFlags.evicted
  if (happened('reset')) possible |= gapFlags.reset
  if (happened('reset-one', 'regrow', 'reset-extremes')) possible |= gapFlags.targetedReset
  if (happened('crash', 'stop')) possible |= gapFlags.lost | gapFlags.uncovered
  if (happened('reset') && happened('restart')) possible |= gapFlags.unsaved
  assert.equal(intervals.gaps & ~possible, 0, `gaps ${intervals.gaps} without a cause`)
  if (intervals.gaps === 0) assert.ok(statements.every(({ mayMissCalls }) => !mayMissCalls))
}

/** From PostgreSQL 17 on, what was there before and after is exact whatever happened between. */
function checkEntries(window: StatementWindow, from: Observation, to: Observation): void {
  const listed = byKey(window)
  for (const [key, since] of to.statsSince) {
    const statement = listed.get(key)
    const truth = (to.counts.get(key) ?? 0) - (from.counts.get(key) ?? 0)
    if (from.statsSince.get(key) !== since || !to.counts.has(key)) continue
    assert.equal(statement?.calls ?? 0, truth)
    assert.ok(!statement?.mayMissCalls, `${key} is exact and said not to be`)
  }
}

function byKey(window: StatementWindow): Map<string, WindowStatement> {
  return new Map(window.statements.map((statement) => [countKey(statement), statement]))
}
