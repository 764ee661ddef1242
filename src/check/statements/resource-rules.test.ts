/** Where the lines lie that the planted cases stay away from. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { restRead, timed, windowStatement } from '../../../test/fixtures/watched-window.ts'
import { only, windowFacts } from '../../../test/fixtures/window-facts.ts'
import type { WindowStatement } from '../../analyze/index.ts'
import type { Finding } from '../../finding.ts'
import { jitBoundStatement } from './jit-bound-statement.ts'
import { planBoundStatement } from './plan-bound-statement.ts'
import { starvedStatement } from './starved-statement.ts'
import { topStatement } from './top-statement.ts'
import { uncachedStatement } from './uncached-statement.ts'
import { unlimitedStatement } from './unlimited-statement.ts'
import { unsteadyStatement } from './unsteady-statement.ts'
import { walHeavyStatement } from './wal-heavy-statement.ts'

type Rule = (facts: ReturnType<typeof windowFacts>) => Finding[]

/** Judges one statement beside another that does nothing remarkable. */
function judge(rule: Rule, ...given: Partial<WindowStatement>[]): Finding[] {
  const quiet = windowStatement({ queryid: 'quiet', ...timed(100, 1, 1) })
  const own = given.map((one, i) => windowStatement({ queryid: String(i), ...one }))
  return rule(windowFacts({ statements: [...own, quiet] }))
}

test('calls a statement unsteady by the calls that carry its time, not by one outlier', () => {
  const spread = (calls: number, mean: number, factor: number): Partial<WindowStatement> =>
    timed(calls, mean, mean * factor)
  assert.equal(judge(unsteadyStatement, spread(1_000, 20, 3.1)).length, 1)
  assert.equal(judge(unsteadyStatement, spread(1_000, 20, 2.9)).length, 0)
  // Of 1000 calls a single one that takes all the time makes a deviation of √999 means.
  assert.equal(judge(unsteadyStatement, spread(1_000, 20, Math.sqrt(999))).length, 0)
  // So do ten of them, at √99.
  const ten = only(judge(unsteadyStatement, spread(1_000, 20, Math.sqrt(99))))
  assert.equal(Math.round(Number(ten.evidence.slow_calls)), 10)
  assert.equal(Math.round(Number(ten.evidence.slow_mean_ms)), 2_000)
})

test('does not call microseconds unsteady', () => {
  assert.equal(judge(unsteadyStatement, timed(90_000, 0.4, 4)).length, 0)
})

test('tells a bad ratio that costs from one that does not', () => {
  const reads = (hit: number, read: number): Partial<WindowStatement> => ({
    ...timed(300, 40, 4),
    sharedBlksHit: hit,
    sharedBlksRead: read,
  })
  assert.equal(judge(uncachedStatement, reads(50_000, 50_000)).length, 1)
  assert.equal(judge(uncachedStatement, reads(5_000, 5_000)).length, 0)
  assert.equal(judge(uncachedStatement, reads(950_000, 50_000)).length, 0)
  // Below a twentieth of all reads.
  const found = judge(uncachedStatement, reads(50_000, 50_000), reads(0, 2_000_000))
  assert.deepEqual(
    found.map(({ metadata }) => metadata.queryid),
    ['1'],
  )
})

test('takes the measured waiting for the cost of reading, where it is measured', () => {
  const of = (ioMs: number): Partial<WindowStatement> => ({
    ...timed(3_000, 40, 4),
    sharedBlksRead: 60_000,
    ioMs,
  })
  assert.equal(only(judge(uncachedStatement, of(0))).level, 'ERROR')
  assert.equal(only(judge(uncachedStatement, of(500))).level, 'INFO')
})

test('finds planning that takes longer than running, and is worth a line', () => {
  const of = (planMs: number): Partial<WindowStatement> => ({
    ...timed(5_000, 1, 0.2),
    plans: 5_000,
    planMs,
  })
  assert.equal(judge(planBoundStatement, of(5_001)).length, 1)
  assert.equal(judge(planBoundStatement, of(4_999)).length, 0)
  const tiny = { ...timed(5_000, 0.02, 0), plans: 5_000, planMs: 5_000 * 0.1 }
  assert.equal(judge(planBoundStatement, tiny).length, 0)
  // Without track_planning there are no plans to divide by.
  assert.equal(judge(planBoundStatement, { ...timed(5_000, 1, 0), planMs: 0 }).length, 0)
})

test('weighs WAL by minute, by row and by whole pages', () => {
  const mb = 1024 ** 2
  const of = (walBytes: number, walFpi: number, rows: number): Partial<WindowStatement> => ({
    ...timed(600, 20, 2),
    rows,
    walBytes,
    walFpi,
  })
  const pages = only(judge(walHeavyStatement, of(80 * mb, 8_000, 100_000)))
  assert.match(pages.remediation, /keys that grow/)
  const wide = only(judge(walHeavyStatement, of(80 * mb, 0, 5_000)))
  assert.match(wide.remediation, /wide rows/)
  assert.equal(judge(walHeavyStatement, of(80 * mb, 0, 1_000_000)).length, 0)
  // An hour's window: less than 1 MB a minute.
  assert.equal(judge(walHeavyStatement, of(50 * mb, 8_000, 100)).length, 0)
})

test('finds compiling by its share, and names the role', () => {
  const of = (jitMs: number): Partial<WindowStatement> => ({ ...timed(300, 90, 9), jitMs })
  assert.equal(judge(jitBoundStatement, of(300 * 90 * 0.19)).length, 0)
  const found = only(judge(jitBoundStatement, { ...of(300 * 90 * 0.5), role: 'Odd "role"' }))
  assert.match(found.remediation, /alter role "Odd ""role""" set jit = off;/)
})

test('finds workers that did not start', () => {
  const of = (planned: number, launched: number): Partial<WindowStatement> => ({
    ...timed(300, 90, 9),
    parallelWorkersToLaunch: planned,
    parallelWorkersLaunched: launched,
  })
  assert.equal(judge(starvedStatement, of(600, 449)).length, 1)
  assert.equal(judge(starvedStatement, of(600, 451)).length, 0)
  assert.equal(judge(starvedStatement, of(19, 0)).length, 0)
  assert.equal(judge(starvedStatement, of(0, 0)).length, 0)
})

test('asks for a limit where the team can set one', () => {
  const many = { ...timed(300, 40, 4), rows: 300 * 5_000 }
  const found = (text: string, role = 'authenticated'): number =>
    judge(unlimitedStatement, { ...many, text, role }).length
  assert.equal(found('select * from a'), 1)
  assert.equal(found('select * from a limit $1'), 0)
  assert.equal(found('select * from a limit all'), 1)
  assert.equal(found('select * from a fetch first $1 rows only'), 0)
  assert.equal(found('with b as (select * from a limit $1) select * from b'), 1)
  assert.equal(found('with b as (select * from a) select * from b limit $1'), 0)
  assert.equal(found('select * from (select * from a limit $1) b'), 1)
  assert.equal(found('select * from a /* source: dashboard */'), 0)
  assert.equal(found('select * from auth.users'), 0)
  assert.equal(found('copy a to stdout'), 0)
})

test('judges a request by what it goes through, and says that its rows are not counted', () => {
  const text = restRead('events', 'WHERE "public"."events"."kind" = $1')
  const found = only(
    judge(unlimitedStatement, { ...timed(300, 40, 4), text, sharedBlksHit: 300 * 1_000 }),
  )
  assert.match(found.detail, /How many it sends is not counted/)
  assert.match(found.remediation, /max_rows/)
})

test('names the three that take most of a resource, and no more', () => {
  const found = judge(
    topStatement,
    ...[30, 25, 20, 15, 10].map((share) => ({ ...timed(100, share, 1), walBytes: 0 })),
  )
  assert.deepEqual(
    found.map(({ metadata }) => metadata.queryid),
    ['0', '1', '2'],
  )
  assert.ok(found.every(({ level }) => level === 'INFO'))
})

test('a share of next to nothing is nothing', () => {
  assert.deepEqual(judge(topStatement, { ...timed(10, 1, 1), walBytes: 9_000 }), [])
})
