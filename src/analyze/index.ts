/** The pure core: counters, deltas, windows, ranking, statement shapes. No I/O, no clock. */
export { type Counters, counterNames } from './counters.ts'
export type { WindowIntervals, WindowSeriesPoint, WindowStatement } from './window.ts'
