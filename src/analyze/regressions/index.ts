/** Regressions over the stored history: lasting rises that stand out from their noise. Pure. */
export { callsShift, type DetectOptions, meanShift, rowsShift } from './detect.ts'
export type { Shift } from './find-shift.ts'
export type { HistoryPoint, StatementHistory } from './history.ts'
export { lastPlanChange, type PlanChange, type PlanSighting } from './plan-change.ts'
export { type Change, changesAround, describeChange } from './surroundings.ts'
