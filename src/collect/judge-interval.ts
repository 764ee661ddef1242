import { databaseDelta, evictionsBetween, gapFlags, gapsBetween } from '../analyze/index.ts'
import type { ChangedEntry } from './changed-entries.sql.ts'
import type { CollectorFacts, FactsAfter } from './collector-facts.sql.ts'

/** What the time since the last snapshot is worth. */
export interface Interval {
  /** Milliseconds since 1970; null if nothing can be subtracted, which makes a baseline. */
  from: number | null
  /** Bits of `gapFlags`, without what the entries themselves give away. */
  gaps: number
  /** Entries that the state holds. */
  stateEntries: number
  evictions: number
  databaseDelta: Record<string, number>
}

export function judgeInterval(
  facts: CollectorFacts,
  after: FactsAfter,
  entries: readonly ChangedEntry[],
): Interval {
  const { last, hasHistory } = facts
  if (last === null) return baseline(hasHistory)
  const stateLost = last.entries > 0 && !after.hasState
  // After an immediate stop the server keeps its statistics and loses our unlogged copy of them.
  // The same after a failover, where the statistics are another server's.
  const madeSince =
    after.now.statsReset !== last.statsReset && after.now.statsReset > last.takenAt * 1000
  if (stateLost && !madeSince) return baseline(hasHistory)
  return {
    from: last.takenAt,
    gaps: gapsBetween(last, after.now, { stateLost, resetCalled: resetWasCalled(facts, entries) }),
    stateEntries: stateLost ? 0 : last.entries,
    evictions: evictionsBetween(last, after.now),
    databaseDelta: databaseDelta(last.databaseStats, after.databaseStats),
  }
}

function baseline(hasHistory: boolean): Interval {
  const gaps = hasHistory ? gapFlags.uncovered : 0
  return { from: null, gaps, stateEntries: 0, evictions: 0, databaseDelta: {} }
}

/**
 * A reset of single entries moves neither stats_reset nor dealloc. Its one trace is that a
 * statement which calls pg_stat_statements_reset counts up, here or in another database.
 */
function resetWasCalled(facts: CollectorFacts, entries: readonly ChangedEntry[]): boolean {
  if (foreignResetCalls(entries) !== facts.foreignResetCalls) return true
  const resets = new Set(facts.resetQueryids)
  return entries.some(({ foreign, queryid, now }) => {
    return !foreign && now !== null && queryid !== null && resets.has(queryid)
  })
}

/** Calls of the statements of other databases that reset statistics. */
export function foreignResetCalls(entries: readonly ChangedEntry[]): number {
  return entries.filter(({ foreign }) => foreign).reduce((sum, { now }) => sum + (now?.[0] ?? 0), 0)
}
