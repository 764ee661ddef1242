import {
  type BudgetState,
  budgetFinding,
  judgeBudget,
  windowsToJudge,
} from '../../analyze/budgets/index.ts'
import type { Budget } from '../../budget.ts'
import { type Database, readOnly, readWrite } from '../../db/index.ts'
import type { Finding } from '../../finding.ts'
import { selectBudgetStates, selectNow, upsertBudgetStates } from './budget-states.sql.ts'
import { measureBudget, type StatementWindows, statementWindows } from './measure-budget.ts'

/** How a budget stands now. */
export interface JudgedBudget {
  budget: Budget
  state: BudgetState | null
  /** Open if it is raised, resolved if it has cleared by this judgement; else null. */
  finding: Finding | null
}

/**
 * Judges every window of every budget that is not judged yet, and stores how they stand. Any number
 * of processes may do so at once, and as often as they like: a window counts once.
 *
 * @returns Also the time of the server, by which the windows are the same for all.
 */
export async function judgeBudgets(
  db: Database,
  budgets: readonly Budget[],
): Promise<{ judged: JudgedBudget[]; now: Date }> {
  const names = budgets.map(({ name }) => name)
  const { before, now } = await readOnly(db, async (trx) => ({
    before: await selectBudgetStates(trx, names),
    now: await selectNow(trx),
  }))
  const statements = statementWindows(db)
  const judged: JudgedBudget[] = []
  for (const budget of budgets) {
    const was = before.get(budget.name) ?? null
    const state = await judgeOne(db, { budget, was, now, statements })
    const finding = state === null ? null : budgetFinding(budget, was, state)
    judged.push({ budget, state, finding })
  }
  const changed = judged.flatMap(({ budget: { name }, state }) =>
    state === null || state === before.get(name) ? [] : [{ budget: name, state }],
  )
  if (changed.length > 0) await readWrite(db, (trx) => upsertBudgetStates(trx, changed))
  return { judged, now }
}

async function judgeOne(
  db: Database,
  one: { budget: Budget; was: BudgetState | null; now: Date; statements: StatementWindows },
): Promise<BudgetState | null> {
  const { budget, was, now, statements } = one
  let state = was
  for (const window of windowsToJudge(budget, now.getTime(), was?.verdicts.at(-1)?.to ?? null)) {
    state = judgeBudget(budget, state, await measureBudget(db, budget, window, statements))
  }
  return state
}
