import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Budget, budgetDefaults, parseBudget } from '../../budget.ts'
import { budgetFinding } from './budget-finding.ts'
import {
  type BudgetState,
  judgeBudget,
  type Measurement,
  verdictOf,
  windowsToJudge,
} from './judge-budget.ts'

const start = Date.parse('2026-11-23T00:00:00Z')
const minutes = (n: number): string => new Date(start + n * 60_000).toISOString()

function budgetOf(tuning: Partial<Budget> = {}): Budget {
  const budget = parseBudget('p95 of route /a < 100 ms', tuning)
  assert.ok(budget)
  return budget
}

function measured(at: number, value: number | null, more: Partial<Measurement> = {}): Measurement {
  const times = { from: minutes(15 * (at - 1)), to: minutes(15 * at) }
  return {
    ...times,
    value,
    samples: value === null ? 0 : 1_000,
    errorBound: 0.01,
    reason: '',
    ...more,
  }
}

/** Judges windows one after the other; a value, or null where nothing is known. */
function run(values: readonly (number | null)[], budget: Budget = budgetOf()): BudgetState[] {
  const states: BudgetState[] = []
  for (const [i, value] of values.entries()) {
    states.push(judgeBudget(budget, states.at(-1) ?? null, measured(i + 1, value)))
  }
  return states
}

const history = (values: readonly (number | null)[], budget?: Budget): string =>
  run(values, budget)
    .map(({ state }) => (state === 'raised' ? 'R' : '.'))
    .join('')

test('raises by two windows of three, or by one that is far over', () => {
  assert.equal(history([120, 50, 50, 120]), '....')
  assert.equal(history([120, 120]), '.R')
  assert.equal(history([120, 50, 120]), '..R')
  assert.equal(history([250]), 'R')
  // The newest must be over itself.
  assert.equal(history([120, 50]), '..')
})

test('clears after three windows that are well below, and not by hovering at the limit', () => {
  assert.equal(history([120, 120, 50, 50, 50]), '.RRR.')
  assert.equal(history([120, 120, 50, 50, 95, 50, 50, 50]), '.RRRRRR.')
  assert.equal(history([120, 120, 95, 99, 95, 99, 95]), '.RRRRRR')
})

test('takes silence neither for recovery nor for trouble', () => {
  assert.equal(history([120, 120, null, null, null, null]), '.RRRRR')
  assert.equal(history([120, null, 120]), '..R')
  assert.equal(history([null, null]), '..')
  assert.equal(history([120, 120, 50, null, 50, null, 50]), '.RRRRR.')
  // What was over last night has nothing to do with now.
  assert.equal(history([120, ...Array.from({ length: 40 }, () => null), 120]).at(-1), '.')
})

test('is sure of what it says: the error bound counts for the budget', () => {
  const budget = budgetOf()
  const verdict = (value: number, more: Partial<Measurement> = {}): string =>
    verdictOf(budget, measured(1, value, more))
  assert.equal(verdict(100.5), 'near')
  assert.equal(verdict(102), 'over')
  assert.equal(verdict(89.5), 'near')
  assert.equal(verdict(89), 'under')
  assert.equal(verdict(500, { samples: 29 }), 'unknown')
  assert.equal(verdict(100.5, { errorBound: 0 }), 'over')
})

test('counts a window once, however often it is judged', () => {
  const one = judgeBudget(budgetOf(), null, measured(1, 120))
  assert.equal(judgeBudget(budgetOf(), one, measured(1, 120)), one)
  assert.equal(judgeBudget(budgetOf(), one, measured(0, 500)), one)
})

test('does not flap: between two changes lie as many windows as it takes to clear', () => {
  const values = fc.array(fc.option(fc.double({ min: 1, max: 190, noNaN: true })), {
    maxLength: 60,
  })
  fc.assert(
    fc.property(values, (all) => {
      const line = history(all)
      assert.doesNotMatch(line, /\.R{1,2}\./)
      for (const [i, state] of run(all).entries()) {
        assert.ok(state.verdicts.length <= Math.min(i + 1, 100))
      }
    }),
  )
})

test('its windows lie on a grid, end in the past, and none is judged twice or left out', () => {
  const budget = budgetOf()
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 30 }), (steps) => {
      let now = start
      let judgedTo: string | null = null
      const ends: number[] = []
      for (const step of steps) {
        now += step * 60_000
        for (const { from, to } of windowsToJudge(budget, now, judgedTo)) {
          assert.equal(to.getTime() - from.getTime(), 15 * 60_000)
          assert.ok(to.getTime() <= now - 120_000)
          ends.push(to.getTime())
          judgedTo = to.toISOString()
        }
      }
      // Forty minutes are less than what is caught up with.
      for (const [i, end] of ends.entries()) {
        if (i > 0) assert.equal(end - (ends[i - 1] ?? 0), 15 * 60_000)
      }
    }),
  )
  assert.equal(windowsToJudge(budget, start, minutes(-10_000)).length, budgetDefaults.of)
})

test('tells a raised budget, what it knows of it, and its end, once', () => {
  const budget = budgetOf()
  const states = run([120, 150, null, 50, 50, 50, 50], budget)
  const findings = states.map((state, i) => budgetFinding(budget, states[i - 1] ?? null, state))
  assert.deepEqual(
    findings.map((finding) => finding?.state),
    [undefined, 'open', 'open', 'open', 'open', 'resolved', undefined],
  )
  const [, raised, silent] = findings
  assert.equal(raised?.cacheKey, 'budget_exceeded:p95 of route /a < 100 ms')
  assert.match(
    raised?.detail ?? '',
    /150 ms \(±1 %\) in the 15 min to 2026-11-23 00:30 UTC \(1 k events\)/,
  )
  assert.match(silent?.detail ?? '', /150 ms .* Since then it can't be judged: 0 of the 30 samples/)
  assert.equal(budgetFinding(budget, null, run([250], budget)[0] as BudgetState)?.level, 'ERROR')
  assert.equal(raised?.level, 'WARN')
})
