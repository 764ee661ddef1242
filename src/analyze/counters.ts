/**
 * The counters of one statement that Supascope follows: the columns of pg_stat_statements that only
 * grow while the entry lives, under one name whatever the extension calls them.
 * Times are milliseconds, blocks are 8 kB pages, all are doubles: counts are exact up to 2^53.
 */
export interface Counters {
  calls: number
  totalMs: number
  rows: number
  plans: number
  planMs: number
  sharedBlksHit: number
  sharedBlksRead: number
  sharedBlksDirtied: number
  sharedBlksWritten: number
  tempBlksRead: number
  tempBlksWritten: number
  /** Block reads and writes, shared, local and temporary together; 0 where track_io_timing is off. */
  ioMs: number
  walFpi: number
  walBytes: number
  jitMs: number
  /** PostgreSQL 18 and later; 0 before. */
  parallelWorkersToLaunch: number
  parallelWorkersLaunched: number
}

/** In the order in which every table, query and array lists them. */
export const counterNames: readonly (keyof Counters)[] = [
  'calls',
  'totalMs',
  'rows',
  'plans',
  'planMs',
  'sharedBlksHit',
  'sharedBlksRead',
  'sharedBlksDirtied',
  'sharedBlksWritten',
  'tempBlksRead',
  'tempBlksWritten',
  'ioMs',
  'walFpi',
  'walBytes',
  'jitMs',
  'parallelWorkersToLaunch',
  'parallelWorkersLaunched',
]
