/**
 * Samples of what sessions do: how many do what, which statements run long, wait or are cut off,
 * and which transactions idle.
 */
export { readCutOffStatements } from './read-cut-off.ts'
export {
  type ActivitySample,
  type ActivitySampleOptions,
  takeActivitySample,
} from './take-activity-sample.ts'
export { type WatchOptions, watchActivity } from './watch-activity.ts'
