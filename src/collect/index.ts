/**
 * Probes of the watched database, and the store of statement snapshots: taking one, reading windows
 * and histories out of many, and keeping them small.
 */

export { readSeries, type SeriesOptions } from './read-series.ts'
export type { Span } from './read-window.sql.ts'
export { readWindow, type StatementWindow } from './read-window.ts'
export { requireStatistics } from './require-statistics.ts'
export { type Retention, type RetentionResult, retainSnapshots } from './retain-snapshots.ts'
export type { StatementKey } from './statement-registry.sql.ts'
export { readStatisticsFill, type StatisticsFill } from './statistics-fill.sql.ts'
export { type SnapshotOptions, type SnapshotResult, takeSnapshot } from './take-snapshot.ts'
