/**
 * Why calls between two snapshots may be missing: bits, or-ed when intervals are merged. 0 means
 * that every call which pg_stat_statements counted is in the stored figures.
 */
export const gapFlags = {
  /** The table of entries was full and the least used were dropped. */
  evicted: 1,
  /** All statistics were reset. */
  reset: 2,
  /** A crash lost all statistics, and our own unlogged copy of the entries with them. */
  lost: 4,
  /** Single entries were reset, or vanished in a way that nothing else explains. */
  targetedReset: 8,
  /** A restart with a lower pg_stat_statements.max dropped entries. */
  shrunk: 16,
  /** Time between two snapshots that can't be compared: another cluster, database or version. */
  uncovered: 32,
  /** The server restarted without saved statistics, or they were reset before it restarted. */
  unsaved: 64,
} as const

/** What says how pg_stat_statements fared; times are microseconds since 1970. */
export interface StatisticsFacts {
  serverStartedAt: number
  statsReset: number
  /** How often entries were evicted since the last reset. */
  dealloc: number
  /** pg_stat_statements.max */
  maxEntries: number
}

/** What else happened between two snapshots. */
export interface GapEvidence {
  /** A crash emptied our own unlogged copy of the entries. */
  stateLost: boolean
  /** A statement that calls pg_stat_statements_reset counted up. */
  resetCalled: boolean
}

/** The {@link gapFlags} between two snapshots, as far as the facts alone tell. */
export function gapsBetween(
  before: StatisticsFacts,
  now: StatisticsFacts,
  { stateLost, resetCalled }: GapEvidence,
): number {
  const cleared = wereCleared(before, now)
  const restarted = now.serverStartedAt !== before.serverStartedAt
  // A server that starts without saved statistics stamps them just before its own start time.
  const unsaved = cleared && restarted && now.statsReset <= now.serverStartedAt
  let gaps = 0
  if (stateLost) gaps |= gapFlags.lost
  else if (unsaved) gaps |= gapFlags.unsaved
  else if (cleared) gaps |= gapFlags.reset
  else if (resetCalled) gaps |= gapFlags.targetedReset
  if (evictionsBetween(before, now) > 0) gaps |= gapFlags.evicted
  if (restarted && now.maxEntries < before.maxEntries) gaps |= gapFlags.shrunk
  return gaps
}

/** How often entries were evicted; after a reset, how often since. */
export function evictionsBetween(before: StatisticsFacts, now: StatisticsFacts): number {
  return now.dealloc - (wereCleared(before, now) ? 0 : before.dealloc)
}

function wereCleared(before: StatisticsFacts, now: StatisticsFacts): boolean {
  return now.statsReset !== before.statsReset || now.dealloc < before.dealloc
}

const reasons: readonly [keyof typeof gapFlags, string][] = [
  ['lost', 'the server crashed and lost its statistics'],
  ['uncovered', 'two snapshots could not be compared: what ran between them is not counted'],
  ['reset', 'pg_stat_statements was reset: calls between the last snapshot and the reset are lost'],
  ['unsaved', 'the server restarted without saved statistics: check pg_stat_statements.save'],
  [
    'evicted',
    'pg_stat_statements was full and dropped its least used entries: raise pg_stat_statements.max',
  ],
  ['targetedReset', 'single entries of pg_stat_statements were reset'],
  ['shrunk', 'a restart with a lower pg_stat_statements.max dropped entries'],
]

/** The {@link gapFlags} in words for people, most important first; empty if nothing is missing. */
export function explainGaps(gaps: number): string[] {
  return reasons.filter(([name]) => (gaps & gapFlags[name]) !== 0).map(([, text]) => text)
}
