import type { JudgedBudget } from '../../collect/budgets/index.ts'
import type { OutputFormat } from '../../config.ts'
import { formatTime } from '../../quantity.ts'
import { cleanLine } from '../../render/clean-text.ts'

/** One line a budget, or JSON. Ends in a line feed. */
export function printBudgets(judged: readonly JudgedBudget[], format: OutputFormat): string {
  if (format === 'json') {
    const budgets = judged.map(({ budget, state, finding }) => ({
      name: budget.name,
      state: standing({ budget, state, finding }),
      since: state?.since ?? null,
      newest: state?.verdicts.at(-1) ?? null,
      finding,
    }))
    return `${JSON.stringify({ schema: 1, budgets }, null, 2)}\n`
  }
  return judged.map((one) => `${line(one)}\n`).join('')
}

/** `unknown` as long as no window could be judged. */
function standing({ state }: JudgedBudget): 'ok' | 'raised' | 'unknown' {
  const isKnown = state?.verdicts.some(({ verdict }) => verdict !== 'unknown')
  return state?.state === 'raised' ? 'raised' : isKnown ? 'ok' : 'unknown'
}

const marks = { ok: '✔', raised: '✖', unknown: '?' } as const

function line(one: JudgedBudget): string {
  const newest = one.state?.verdicts.at(-1)
  const where = standing(one)
  const words =
    newest === undefined
      ? 'no window has ended yet'
      : newest.verdict === 'unknown'
        ? `not judged up to ${formatTime(newest.to)}: ${newest.reason}`
        : `${Number(newest.value?.toPrecision(3))} up to ${formatTime(newest.to)}, ${newest.samples} samples`
  const detail =
    where === 'raised' ? (one.finding?.detail ?? words) : `${one.budget.name}: ${words}`
  return `${marks[where]} ${cleanLine(detail)}`
}
