/**
 * How often noise is taken for a regression, how soon a real one is found, and how exactly its begin
 * is named, against comparing the means of two windows. All by simulation, from seeds.
 *
 *     npm run bench -- regressions [--statements 60] [--every-hours 2]
 */
import { parseArgs } from 'node:util'
import type { HistoryPoint } from '../src/analyze/regressions/index.ts'
import { falseAlarms, foundRises } from '../test/fixtures/false-alarms.ts'

const { values } = parseArgs({
  options: {
    statements: { type: 'string', default: '60' },
    'every-hours': { type: 'string', default: '2' },
  },
})
const statements = Number(values.statements)
const everyHours = Number(values['every-hours'])
const hour = 3_600_000

/** The usual rule: the mean of an hour is twice that of the hour before, by 10 ms, of 30 calls each. */
function twoWindows(seen: readonly HistoryPoint[], now: number): boolean {
  const [before, after] = [now - hour, now].map((end) => {
    const points = seen.filter(({ at, width }) => at >= end - hour && at + width <= end)
    const calls = points.reduce((sum, point) => sum + point.calls, 0)
    return { calls, mean: points.reduce((sum, point) => sum + point.totalMs, 0) / calls }
  })
  if (before === undefined || after === undefined || before.calls < 30 || after.calls < 30) {
    return false
  }
  return after.mean >= 2 * before.mean && after.mean - before.mean >= 10
}

function middle(sorted: readonly number[], share: number): string {
  return (sorted[Math.floor(sorted.length * share)] ?? Number.NaN).toFixed(0)
}

console.log(
  `${statements} simulated statements in which nothing changes, a check each ${everyHours} h`,
)
console.log('alarms a statement and 1,000 weeks; bursts that lasted an hour are counted apart\n')
for (const [label, fromDay, toDay] of [
  ['first four days', 1, 4],
  ['with earlier days', 7, 28],
] as const) {
  const quiet = falseAlarms({
    seeds: [1, statements],
    fromDay,
    toDay,
    everyHours,
    other: twoWindows,
  })
  const rate = (count: number): string =>
    ((1_000 * count) / quiet.statementWeeks).toFixed(0).padStart(5)
  const { mean, calls, rows } = quiet.alarms
  console.log(`${label}, ${quiet.statementWeeks.toFixed(0)} statement-weeks`)
  console.log(`  regressed_statement  ${rate(mean)}   and bursts ${rate(quiet.bursts)}`)
  console.log(`  calls_surge          ${rate(calls)}`)
  console.log(`  rows_growth          ${rate(rows)}`)
  const ratio = quiet.other / Math.max(1, mean + quiet.bursts)
  console.log(
    `  two windows          ${rate(quiet.other)}   ×${ratio.toFixed(0)} of ours with bursts\n`,
  )
}

console.log('statements that become slower for good, after two weeks')
for (const factor of [2.2, 3, 5]) {
  const seeds: [number, number] = [1_001, 1_000 + statements]
  const found = foundRises({ seeds, factor, withinHours: 48, other: twoWindows })
  const delays = found.delays.toSorted((a, b) => a - b)
  const errors = found.errors.toSorted((a, b) => a - b)
  console.log(
    `  ×${factor}: ${found.found} of ${found.of} found, half within ${middle(delays, 0.5)} h; ` +
      `begin off by ${middle(errors, 0.5)} min in the middle, ${middle(errors, 0.9)} min at the 90th; ` +
      `two windows: ${found.other}`,
  )
}
