import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import {
  apiTimeouts,
  blockingRoots,
  episodeEnd,
  followUpMs,
  type LaterSession,
  poolOf,
  possibleTimeouts,
  settingMs,
  timeoutOf,
  waitingBehind,
} from './index.ts'

describe('blockingRoots', () => {
  it('follows each queue down to the one that does not wait', () => {
    const roots = blockingRoots([
      { pid: 2, blockedBy: [1] },
      { pid: 3, blockedBy: [2, 1] },
      { pid: 4, blockedBy: [3] },
      { pid: 6, blockedBy: [0] },
      { pid: 7, blockedBy: [] },
    ])
    assert.deepEqual(
      [...roots],
      [
        [2, 1],
        [3, 1],
        [4, 1],
        [6, 0],
      ],
    )
    assert.deepEqual(
      [...waitingBehind(roots)],
      [
        [1, 3],
        [0, 1],
      ],
    )
  })

  it('takes the one of several in the way that does not wait itself', () => {
    const roots = blockingRoots([
      { pid: 8, blockedBy: [10, 11] },
      { pid: 10, blockedBy: [12] },
    ])
    assert.equal(roots.get(8), 11)
    assert.equal(roots.get(10), 12)
  })

  it('ends with a circle, and counts nobody as waiting for itself', () => {
    const roots = blockingRoots([
      { pid: 5, blockedBy: [6] },
      { pid: 6, blockedBy: [5] },
      { pid: 9, blockedBy: [5] },
    ])
    assert.deepEqual(
      [...roots],
      [
        [5, 5],
        [6, 5],
        [9, 5],
      ],
    )
    assert.deepEqual([...waitingBehind(roots)], [[5, 2]])
  })

  it('takes any graph', () => {
    const pid = fc.integer({ min: 0, max: 12 })
    const waits = fc.uniqueArray(fc.record({ pid, blockedBy: fc.array(pid, { maxLength: 4 }) }), {
      selector: (one) => one.pid,
    })
    fc.assert(
      fc.property(waits, (given) => {
        const roots = blockingRoots(given)
        const waiting = given.filter(({ blockedBy }) => blockedBy.length > 0)
        assert.deepEqual([...roots.keys()].toSorted(), waiting.map(({ pid }) => pid).toSorted())
        const counted = [...waitingBehind(roots).values()].reduce((sum, n) => sum + n, 0)
        assert.ok(counted <= waiting.length)
      }),
    )
  })
})

describe('poolOf', () => {
  it('knows parts of Supabase by the name of the program, else by the login', () => {
    const cases: [string, string, string][] = [
      ['authenticator', 'PostgREST 13.0.5', 'postgrest'],
      ['authenticator', '', 'postgrest'],
      ['postgres', 'Supavisor', 'supavisor'],
      ['pgbouncer', '', 'pgbouncer'],
      ['supabase_auth_admin', '', 'auth'],
      ['supabase_admin', 'realtime_rls', 'realtime'],
      ['postgres', 'supabase/dashboard', 'dashboard'],
      ['postgres', 'supascope', 'supascope'],
      ['postgres', 'psql', 'direct'],
      ['constructor', '__proto__', 'direct'],
    ]
    for (const [login, application, pool] of cases) assert.equal(poolOf(login, application), pool)
  })
})

describe('timeouts', () => {
  const settings = [
    // The API asks for the role's own settings alone.
    { role: 'authenticated', database: true, value: '1s' },
    { role: 'anon', database: false, value: '3s' },
    { role: 'authenticated', database: false, value: '8s' },
    { role: 'authenticator', database: false, value: '10s' },
    { role: 'app', database: true, value: '2min' },
    { role: 'app', database: false, value: '1min' },
    { role: null, database: true, value: '30s' },
    { role: 'free', database: false, value: '0' },
  ]

  it('reads durations as the server writes them', () => {
    const cases = {
      '8s': 8_000,
      '5min': 300_000,
      3000: 3_000,
      '1.5s': 1_500,
      '1h': 3_600_000,
      0: null,
      '': null,
      x: null,
      '3constructor': null,
    }
    for (const [value, ms] of Object.entries(cases)) assert.equal(settingMs(value), ms, value)
  })

  it('resolves them as a login does', () => {
    assert.deepEqual(timeoutOf('app', settings, 1), {
      role: 'app',
      ms: 120_000,
      from: 'role in database',
    })
    assert.deepEqual(timeoutOf('anon', settings, 1), { role: 'anon', ms: 3_000, from: 'role' })
    assert.deepEqual(timeoutOf('other', settings, 1), {
      role: 'other',
      ms: 30_000,
      from: 'database',
    })
    assert.deepEqual(timeoutOf('other', [], 1), { role: 'other', ms: 1, from: 'server' })
    assert.deepEqual(timeoutOf('free', settings, 1), { role: 'free', ms: null, from: 'role' })
  })

  it('gives requests of the API that of the role that they run as', () => {
    assert.deepEqual(
      apiTimeouts(settings, null).map(({ role, ms }) => [role, ms]),
      [
        ['anon', 3_000],
        ['authenticated', 8_000],
        ['service_role', 10_000],
      ],
    )
    assert.deepEqual(possibleTimeouts('authenticator', settings, null), [3_000, 8_000, 10_000])
    assert.deepEqual(possibleTimeouts('free', settings, null), [])
  })
})

describe('episodeEnd', () => {
  const seen = { startedAt: 1_000_000, lastSeenAt: 1_004_000, timeouts: [3_000, 8_000] }
  const session = (given: Partial<LaterSession>): LaterSession => ({
    state: 'idle',
    query: 'select 1',
    queryStart: seen.startedAt,
    stateChange: seen.startedAt + 8_010,
    ...given,
  })
  const outcome = (later: LaterSession | null, given = seen): unknown => {
    const end = episodeEnd(given, later)
    return end && [end.outcome, end.certain, end.timeoutMs]
  }

  it('is none while the statement runs', () => {
    assert.equal(outcome(session({ state: 'active' })), null)
  })

  it('knows a failure by the aborted transaction, and a timeout by its time', () => {
    const aborted = 'idle in transaction (aborted)'
    assert.deepEqual(outcome(session({ state: aborted })), ['timed_out', true, 8_000])
    const early = session({ state: aborted, stateChange: seen.startedAt + 5_000 })
    assert.deepEqual(outcome(early), ['failed', true, null])
    const late = session({ state: aborted, stateChange: seen.startedAt + 9_000 })
    assert.deepEqual(outcome(late), ['failed', true, null])
  })

  it('only supposes it outside a transaction', () => {
    assert.deepEqual(outcome(session({})), ['timed_out', false, 8_000])
    assert.deepEqual(outcome(session({ stateChange: seen.startedAt + 5_000 })), [
      'finished',
      false,
      null,
    ])
    assert.deepEqual(outcome(session({ state: 'idle in transaction' })), ['finished', true, null])
  })

  it('takes a rollback at the time of the timeout for its consequence', () => {
    const next = (query: string, after: number): LaterSession =>
      session({ query, queryStart: seen.startedAt + after })
    assert.deepEqual(outcome(next('ROLLBACK', 8_020)), ['timed_out', true, 8_000])
    assert.deepEqual(outcome(next('  abort', 8_020)), ['timed_out', true, 8_000])
    assert.deepEqual(outcome(next('commit', 8_020)), ['unknown', false, null])
    assert.deepEqual(outcome(next('ROLLBACK', 5_000)), ['finished', false, null])
  })

  it('says what the last sighting allows where nothing else is known', () => {
    const last = (age: number): typeof seen => ({ ...seen, lastSeenAt: seen.startedAt + age })
    assert.deepEqual(outcome(null, last(7_500)), ['timed_out', false, 8_000])
    assert.deepEqual(outcome(null, last(2_800)), ['timed_out', false, 3_000])
    assert.deepEqual(outcome(null, last(5_000)), ['unknown', false, null])
    assert.deepEqual(outcome(null, { ...seen, timeouts: [] }), ['unknown', false, null])
    // Something else ran before the timeout could have struck.
    const next = session({ query: 'select 2', queryStart: seen.startedAt + 7_600 })
    assert.deepEqual(outcome(next, last(7_500)), ['finished', false, null])
  })

  it('never claims a timeout that the role does not have', () => {
    const any = fc.record({
      state: fc.constantFrom(
        'idle',
        'idle in transaction',
        'idle in transaction (aborted)',
        'active',
      ),
      query: fc.constantFrom('rollback', 'select 1', ''),
      queryStart: fc.integer({ min: seen.startedAt, max: seen.startedAt + 100_000 }),
      stateChange: fc.integer({ min: seen.startedAt, max: seen.startedAt + 100_000 }),
    })
    fc.assert(
      fc.property(any, (later) => {
        const end = episodeEnd({ ...seen, timeouts: [] }, later)
        assert.ok(end === null || (end.outcome !== 'timed_out' && end.timeoutMs === null))
      }),
    )
  })
})

describe('followUpMs', () => {
  it('is right after the next time at which something may be cut off', () => {
    const running = [
      { startedAt: 1_000, timeouts: [3_000, 8_000] },
      { startedAt: 2_500, timeouts: [] },
    ]
    const first = followUpMs(running, 2_000)
    assert.ok(first !== null && first > 2_000 && first < 2_200)
    const second = followUpMs(running, 5_000)
    assert.ok(second !== null && second > 4_000 && second < 4_200)
    assert.equal(followUpMs(running, 10_000), 0)
    assert.equal(followUpMs(running, 20_000), null)
    assert.equal(followUpMs([], 0), null)
  })
})
