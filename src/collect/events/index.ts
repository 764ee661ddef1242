/**
 * What the stored events tell: the functions of schema `supascope` that read sketches and
 * materialized views, with types. Each takes a transaction of `readOnly()`; only `runJob` writes.
 */

export {
  type DayStatement,
  type RouteLatency,
  type RouteVitals,
  readLatencyByRoute,
  readSlowestRoutes,
  readTopStatements,
  readVitalsByRoute,
  readVitalsTrend,
  type SlowRoute,
  type VitalsDay,
} from './answers.sql.ts'
export { compareWindows, type SeriesComparison } from './compare-windows.sql.ts'
export { findDimensions, type Labels, type StoredDimension } from './dimensions.sql.ts'
export { type ExportedEvent, type ExportPage, exportEvents } from './export-events.sql.ts'
export { type JobName, type JobResult, type JobStatus, readJobs, runJob } from './jobs.sql.ts'
export {
  type Distribution,
  readDistribution,
  readSeriesDistributions,
  type SeriesDistribution,
  type WindowDistribution,
} from './quantiles.sql.ts'
export { readTimeSeries, type TimeStep } from './time-series.sql.ts'
export {
  readTopSeries,
  type SeriesOrder,
  type TopOptions,
  type TopSeries,
} from './top-series.sql.ts'
export type { EventWindow } from './window.ts'
