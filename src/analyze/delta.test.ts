import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Counters, counterNames } from './counters.ts'
import { computeDeltas, deltaFlags, type EntryChange, type EntryReading } from './delta.ts'
import { gapFlags } from './gaps.ts'

function reading(
  given: Partial<EntryReading['counters']>,
  rest: Partial<EntryReading> = {},
): EntryReading {
  const zeros = Object.fromEntries(counterNames.map((name) => [name, 0])) as Record<
    keyof Counters,
    number
  >
  const counters = { ...zeros, ...given }
  return { counters, stddevMs: 0, minMs: 1, maxMs: 9, ...rest }
}

function delta(change: Partial<EntryChange>, known = 0) {
  const { deltas, gaps } = computeDeltas(
    [{ before: null, now: null, sameEntry: null, ...change }],
    known,
  )
  const only = deltas[0]
  assert.ok(only)
  return { calls: only.counters.calls, flags: only.flags, m2: only.m2, gaps }
}

const five = reading({ calls: 5, totalMs: 50 }, { stddevMs: 2 })
const eight = reading({ calls: 8, totalMs: 80 }, { stddevMs: 2 })

test('subtracts what the same entry counted before', () => {
  for (const sameEntry of [true, null]) {
    const result = delta({ before: five, now: eight, sameEntry })
    assert.deepEqual(result, { calls: 3, flags: 0, m2: 12, gaps: 0 })
  }
})

test('takes a first sighting whole', () => {
  assert.deepEqual(delta({ now: eight }), {
    calls: 8,
    flags: deltaFlags.first,
    m2: 32,
    gaps: 0,
  })
})

test('doubts a first sighting where entries may have come and gone', () => {
  const { flags } = delta({ now: eight }, gapFlags.evicted)
  assert.equal(flags, deltaFlags.first | deltaFlags.uncertain)
})

test('takes an entry whole that was made anew, whatever it counts', () => {
  const { calls, flags } = delta({ before: five, now: eight, sameEntry: false }, gapFlags.evicted)
  assert.deepEqual([calls, flags], [8, deltaFlags.restarted])
})

test('without stats_since, doubts growth in an interval with a gap', () => {
  const { calls, flags } = delta({ before: five, now: eight }, gapFlags.evicted)
  assert.deepEqual([calls, flags], [3, deltaFlags.uncertain])
})

test('with stats_since, does not doubt the same entry', () => {
  const { calls, flags } = delta({ before: five, now: eight, sameEntry: true }, gapFlags.evicted)
  assert.deepEqual([calls, flags], [3, 0])
})

test('without stats_since, any counter that fell proves a new entry', () => {
  for (const name of counterNames) {
    const before = reading({ ...five.counters, [name]: 1_000 })
    const { flags } = delta({ before, now: eight }, gapFlags.evicted)
    assert.equal(flags, deltaFlags.restarted, name)
  }
})

test('without stats_since, a minimum that rose or a maximum that fell proves a new entry', () => {
  const after = (rest: Partial<EntryReading>) =>
    delta({ before: five, now: { ...eight, ...rest } }, gapFlags.evicted).flags
  assert.equal(after({ minMs: 2 }), deltaFlags.restarted)
  assert.equal(after({ maxMs: 8 }), deltaFlags.restarted)
  assert.equal(after({ minMs: 0.5, maxMs: 10 }), deltaFlags.uncertain)
})

test('extremes say nothing of an entry that was only planned, nor where stats_since speaks', () => {
  const planned = reading({ plans: 3 }, { minMs: 0, maxMs: 0 })
  assert.equal(delta({ before: planned, now: eight }).flags, deltaFlags.restarted)
  const executed = reading({ plans: 3, calls: 8, totalMs: 80 })
  assert.equal(delta({ before: planned, now: executed }).flags, 0)
  const reset = { ...eight, minMs: 5, maxMs: 6 }
  assert.deepEqual(delta({ before: five, now: reset, sameEntry: true }).calls, 3)
})

test('without stats_since, a full reset means that every entry is new', () => {
  const { calls, flags } = delta({ before: five, now: eight }, gapFlags.reset)
  assert.deepEqual([calls, flags], [8, deltaFlags.restarted])
})

test('a restart without saved statistics leaves doubt, because a damaged file may give some', () => {
  const { calls, flags } = delta({ before: five, now: eight }, gapFlags.unsaved)
  assert.deepEqual([calls, flags], [3, deltaFlags.uncertain])
})

test('an entry that is gone leaves no calls and a mark', () => {
  const result = delta({ before: five }, gapFlags.evicted)
  assert.deepEqual([result.calls, result.flags], [0, deltaFlags.vanished])
})

test('an entry that went without a trace gives a reset of single entries away', () => {
  assert.equal(delta({ before: five }).gaps, gapFlags.targetedReset)
  assert.equal(delta({ before: eight, now: five }).gaps, gapFlags.targetedReset)
  assert.equal(delta({ before: five }, gapFlags.evicted).gaps, gapFlags.evicted)
})

test('what one entry gives away puts the others in doubt', () => {
  const { deltas } = computeDeltas(
    [
      { before: five, now: null, sameEntry: null },
      { before: null, now: eight, sameEntry: null },
      { before: five, now: eight, sameEntry: null },
      { before: five, now: eight, sameEntry: true },
    ],
    0,
  )
  const { vanished, first, uncertain } = deltaFlags
  assert.deepEqual(
    deltas.map(({ flags }) => flags),
    [vanished, first | uncertain, uncertain, 0],
  )
})

test('no delta is negative or more than the entry counts', () => {
  const anyReading = fc
    .record({
      counters: fc.record(
        Object.fromEntries(counterNames.map((name) => [name, fc.nat({ max: 20 })])),
      ),
      stddevMs: fc.nat({ max: 5 }),
      minMs: fc.nat({ max: 5 }),
      maxMs: fc.nat({ max: 5 }),
    })
    .map((each) => each as unknown as EntryReading)
  const change = fc.record({
    before: fc.option(anyReading),
    now: fc.option(anyReading),
    sameEntry: fc.option(fc.boolean()),
  })
  fc.assert(
    fc.property(fc.array(change), fc.nat({ max: 127 }), (changes, known) => {
      const { deltas } = computeDeltas(changes, known)
      for (const [i, { counters, m2 }] of deltas.entries()) {
        assert.ok(m2 >= 0)
        for (const name of counterNames) {
          assert.ok(counters[name] >= 0 && counters[name] <= (changes[i]?.now?.counters[name] ?? 0))
        }
      }
    }),
  )
})
