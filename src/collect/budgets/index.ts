/** Budgets: measured over the stored events and snapshots, judged, and remembered. */
export { type JudgedBudget, judgeBudgets } from './judge-budgets.ts'
