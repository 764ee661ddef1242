/** Regressions over the stored history: lasting rises that stand out from their noise. Pure. */
export { callsShift, type DetectOptions, isLongEnough, meanShift, rowsShift } from './detect.ts'
export { explainable } from './explainable.ts'
export type { Shift } from './find-shift.ts'
export type { HistoryPoint, StatementHistory } from './history.ts'
export {
  lastPlanChange,
  type PlanChange,
  type PlanSighting,
  planDifference,
} from './plan-change.ts'
export { type PlanNode, planShape } from './plan-shape.ts'
export { median } from './robust.ts'
export { type Change, changesAround, describeChange } from './surroundings.ts'
