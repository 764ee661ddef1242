import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Finding, FindingLevel } from '../../finding.ts'
import {
  advanceFindings,
  type CheckRun,
  decide,
  type ExaminedRule,
  gainOf,
  type IgnoreOrder,
  type StoredFinding,
} from './index.ts'

const start = Date.parse('2026-11-01T00:00:00Z')

/** ISO time of an hour, counted from the start. */
function hour(n: number): string {
  return new Date(start + n * 3_600_000).toISOString()
}

function finding(rule: string, object: string, given: Partial<Finding> = {}): Finding {
  return {
    name: rule,
    title: rule,
    level: 'WARN',
    categories: ['PERFORMANCE'],
    detail: '',
    remediation: '',
    metadata: { schema: 'public', name: object, type: 'table', rules: rule },
    cacheKey: `${rule}:${object}`,
    evidence: { mean_ms: 64 },
    state: 'open',
    ...given,
  }
}

function run(
  n: number,
  findings: Finding[],
  examined: ExaminedRule[] = [{ rule: 'slow' }],
): CheckRun {
  return { at: hour(n), findings, examined }
}

/** Runs one after the other; what is remembered after the last. */
function after(runs: CheckRun[], orders: IgnoreOrder[] = []): StoredFinding[] {
  return runs.reduce<StoredFinding[]>(
    (stored, one) => advanceFindings(stored, one, orders).stored,
    [],
  )
}

function single(stored: readonly StoredFinding[]): StoredFinding {
  const [first] = stored
  assert.ok(first !== undefined && stored.length === 1, `${stored.length} are remembered`)
  return first
}

describe('advanceFindings', () => {
  test('opens, resolves what was examined and not found, and opens again', () => {
    const slow = finding('slow', 'messages')
    const first = advanceFindings([], run(1, [slow]))
    assert.deepEqual(
      first.transitions.map(({ from, to }) => [from, to]),
      [[null, 'open']],
    )
    const second = advanceFindings(first.stored, run(2, []))
    assert.equal(single(second.stored).state, 'resolved')
    assert.equal(single(second.stored).stateSince, hour(2))
    const third = advanceFindings(second.stored, run(3, [slow]))
    const { state, foundAt, firstSeenAt, timesFound } = single(third.stored)
    assert.deepEqual([state, foundAt, firstSeenAt, timesFound], ['open', hour(3), hour(1), 2])
    assert.deepEqual(
      third.transitions.map(({ from, to }) => [from, to]),
      [['resolved', 'open']],
    )
  })

  test('resolves nothing that the rule did not look at', () => {
    const runs = [run(1, [finding('slow', 'messages')])]
    assert.equal(single(after([...runs, run(2, [], [])])).state, 'open')
    assert.equal(single(after([...runs, run(2, [], [{ rule: 'other' }])])).state, 'open')
    const others = new Map([['slow:members', {}]])
    const elsewhere = run(2, [], [{ rule: 'slow', subjects: others }])
    assert.equal(single(after([...runs, elsewhere])).state, 'open')
  })

  test('takes what a finding of the same object speaks for as still there', () => {
    const merged = finding('regressed', 'messages', {
      metadata: { name: 'messages', rules: 'regressed,slow' },
    })
    const both = [{ rule: 'slow' }, { rule: 'regressed' }]
    const stored = after([run(1, [finding('slow', 'messages')], both), run(2, [merged], both)])
    assert.deepEqual(
      stored.map(({ finding: { name }, state }) => [name, state]),
      [
        ['regressed', 'open'],
        ['slow', 'open'],
      ],
    )
  })

  test('tells by how much a resolving helped, and goes on to follow it', () => {
    const figures = (mean: number) => [
      { rule: 'slow', subjects: new Map([['slow:messages', { mean_ms: mean }]]) },
    ]
    const found = run(1, [finding('slow', 'messages')])
    const stored = after([found, run(2, [], figures(16)), run(3, [], figures(8))])
    assert.deepEqual(gainOf(single(stored)), {
      figure: 'mean_ms',
      before: 64,
      after: 8,
      ratio: 0.125,
    })
    const later = after([found, run(2, [], figures(16)), run(2 + 8 * 24, [], figures(4))])
    assert.equal(gainOf(single(later))?.after, 16)
    assert.equal(gainOf(single(after([found]))), null)
  })

  test('keeps what was acknowledged so until it is worse', () => {
    const seen = single(after([run(1, [finding('slow', 'messages')])]))
    const known = decide(seen, { kind: 'acknowledge', reason: 'we know' }, 'kim', hour(2))
    const same = advanceFindings([known], run(3, [finding('slow', 'messages')]))
    assert.deepEqual([same.findings[0]?.state, same.transitions], ['acknowledged', []])
    const worse = advanceFindings(
      [known],
      run(3, [finding('slow', 'messages', { level: 'ERROR' })]),
    )
    assert.equal(worse.findings[0]?.state, 'open')
    assert.equal(worse.transitions.length, 1)
    const milder = advanceFindings(
      [known],
      run(3, [finding('slow', 'messages', { level: 'INFO' })]),
    )
    assert.equal(milder.findings[0]?.state, 'acknowledged')
  })

  test('ignores by the configuration as long as it says so', () => {
    const slow = finding('slow', 'messages')
    const orders = [{ rule: 's*', object: 'public.mess*', reason: 'legacy', until: hour(5) }]
    const ignored = advanceFindings([], run(1, [slow]), orders)
    assert.equal(ignored.findings[0]?.state, 'ignored')
    assert.equal(single(ignored.stored).reason, 'legacy')
    assert.equal(
      advanceFindings(ignored.stored, run(4, [slow]), orders).findings[0]?.state,
      'ignored',
    )
    assert.equal(advanceFindings(ignored.stored, run(5, [slow]), orders).findings[0]?.state, 'open')
    assert.equal(advanceFindings(ignored.stored, run(4, [slow]), []).findings[0]?.state, 'open')
    for (const object of ['public.mess', 'messages', 'slow:mes*', '*.messages']) {
      const by = advanceFindings([], run(1, [slow]), [{ object, reason: 'r' }])
      const expected = object === 'public.mess' ? 'open' : 'ignored'
      assert.equal(by.findings[0]?.state, expected, object)
    }
  })

  test('a decision in the database goes before the configuration', () => {
    const seen = single(after([run(1, [finding('slow', 'messages')])]))
    const mine = decide(seen, { kind: 'ignore', reason: 'mine', until: hour(9) }, 'kim', hour(2))
    const orders = [{ rule: 'slow', reason: 'theirs' }]
    const next = advanceFindings([mine], run(3, [finding('slow', 'messages')]), orders)
    assert.equal(single(next.stored).reason, 'mine')
  })
})

type Step =
  | { kind: 'run'; found: number[]; examined: number[] }
  | { kind: 'ack' | 'reopen'; object: number }
  | { kind: 'ignore'; object: number; hours: number | null }

const rules = ['slow', 'unused']
const objects = fc.integer({ min: 0, max: 3 })
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant('run' as const),
      found: fc.uniqueArray(objects),
      examined: fc.uniqueArray(objects),
    }),
    fc.record({ kind: fc.constantFrom('ack' as const, 'reopen' as const), object: objects }),
    fc.record({
      kind: fc.constant('ignore' as const),
      object: objects,
      hours: fc.option(fc.integer({ min: 1, max: 10 })),
    }),
  ),
  { maxLength: 40 },
)

const keyOf = (object: number): string => `${rules[object % 2]}:${object}`

/** Objects are judged one by one: what a run found it also examined. */
function runOf(step: Step & { kind: 'run' }, n: number, level: FindingLevel): CheckRun {
  const judged = new Set([...step.examined, ...step.found])
  return run(
    n,
    step.found.map((object) => finding(rules[object % 2] ?? '', String(object), { level })),
    rules.map((rule, i) => ({
      rule,
      subjects: new Map([...judged].filter((o) => o % 2 === i).map((o) => [keyOf(o), {}])),
    })),
  )
}

test('holds its promises through any history', () => {
  fc.assert(
    fc.property(steps, fc.constantFrom<FindingLevel>('WARN', 'INFO'), (history, level) => {
      let stored = new Map<string, StoredFinding>()
      for (const [n, step] of history.entries()) {
        const at = hour(n)
        if (step.kind !== 'run') {
          const known = stored.get(keyOf(step.object))
          if (known === undefined) continue
          const until = step.kind === 'ignore' && step.hours ? hour(n + step.hours) : null
          const decision =
            step.kind === 'ignore'
              ? ({ kind: 'ignore', reason: 'r', until } as const)
              : step.kind === 'ack'
                ? ({ kind: 'acknowledge', reason: null } as const)
                : ({ kind: 'reopen' } as const)
          stored.set(keyOf(step.object), decide(known, decision, 'kim', at))
          continue
        }
        const input = runOf(step, n, level)
        const before = stored
        const frozen = JSON.stringify([...before])
        const { stored: next, findings, transitions } = advanceFindings([...before.values()], input)
        assert.equal(JSON.stringify([...before]), frozen, 'no input is changed')
        stored = new Map(next.map((one) => [one.finding.cacheKey, one]))
        assert.equal(findings.length, step.found.length)
        for (const one of next) {
          const key = one.finding.cacheKey
          const was = before.get(key)
          const object = Number(key.split(':')[1])
          const isFound = step.found.includes(object)
          const isExamined = step.examined.includes(object)
          assert.equal(one.finding.state, one.state)
          const ignored =
            was?.state === 'ignored' && (was.ignoredUntil === null || was.ignoredUntil > at)
          if (ignored) assert.equal(one.state, 'ignored', 'ignored until its end')
          else if (isFound) assert.ok(one.state === 'open' || one.state === 'acknowledged')
          else if (isExamined) assert.equal(one.state, 'resolved')
          if (one.state === 'resolved' && was?.state !== 'resolved')
            assert.ok(isExamined && !isFound, 'never resolved without examination')
          if (one.state === 'acknowledged') assert.equal(was?.state, 'acknowledged')
          if (was !== undefined) {
            assert.ok(one.timesFound >= was.timesFound && one.firstSeenAt === was.firstSeenAt)
            const told = transitions.some(({ stored: s }) => s === one)
            assert.equal(told, was.state !== one.state, 'each change of state is told once')
          }
        }
        for (const key of before.keys()) assert.ok(stored.has(key), 'nothing is forgotten')
        // The same look again changes nothing.
        const again = advanceFindings(next, input)
        assert.deepEqual(again.transitions, [])
      }
    }),
    { numRuns: 300 },
  )
})
