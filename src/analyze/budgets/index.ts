/** Budgets: what a window's measurement means for one, and its finding. Pure. */
export { budgetFinding } from './budget-finding.ts'
export {
  type BudgetState,
  judgeBudget,
  type Measurement,
  type WindowVerdict,
  windowsToJudge,
} from './judge-budget.ts'
