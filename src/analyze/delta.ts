import { type Counters, counterNames } from './counters.ts'
import { gapFlags } from './gaps.ts'
import { lifetimeM2, type Moments, subtractMoments } from './moments.ts'

/** How a delta came about: bits, or-ed when deltas of one statement are merged. */
export const deltaFlags = {
  /** Not in the snapshot before: its whole value is the delta. Says nothing about completeness. */
  first: 1,
  /** The entry was dropped and made anew: calls between the last snapshot and the drop are lost. */
  restarted: 2,
  /** The entry may have been dropped and made anew, and nothing proves or refutes it. */
  uncertain: 4,
  /** The entry was dropped: calls between the last snapshot and the drop are lost. */
  vanished: 8,
} as const

/** A delta with one of these is a lower bound. */
export const lowerBoundFlags: number =
  deltaFlags.restarted | deltaFlags.uncertain | deltaFlags.vanished

/** One entry of pg_stat_statements, as read. Minimum and maximum are the entry's lifetime's. */
export interface EntryReading {
  counters: Counters
  stddevMs: number
  minMs: number
  maxMs: number
}

/** One entry that differs between two snapshots. */
export interface EntryChange {
  before: EntryReading | null
  now: EntryReading | null
  /** What stats_since says; null before PostgreSQL 17, where there is none. */
  sameEntry: boolean | null
}

/** What one statement did between two snapshots. */
export interface Delta {
  counters: Counters
  /** Σ(time − mean)² over the calls of the interval, ms². */
  m2: number
  /** Bits of {@link deltaFlags}. */
  flags: number
}

type Origin = 'first' | 'vanished' | 'same' | 'restarted' | 'likely-same'

/**
 * Turns the changed entries into deltas, never negative and never more than what ran, and says what
 * each of them and the interval as a whole may lack.
 *
 * @param known - {@link gapFlags} that are known already.
 * @returns Deltas in the order of the changes, and the gaps with those that the entries give away.
 */
export function computeDeltas(
  changes: readonly EntryChange[],
  known: number,
): { deltas: Delta[]; gaps: number } {
  const origins = changes.map((change) => originOf(change, known))
  // Nothing but a reset of single entries can drop an entry without any other trace.
  const dropped = origins.some((origin) => origin === 'vanished' || origin === 'restarted')
  const gaps = known === 0 && dropped ? gapFlags.targetedReset : known
  const deltas = changes.map((change, i) => deltaOf(change, origins[i] ?? 'likely-same', gaps))
  return { deltas, gaps }
}

function originOf({ before, now, sameEntry }: EntryChange, gaps: number): Origin {
  if (now === null) return 'vanished'
  if (before === null) return 'first'
  if (sameEntry === false || hasShrunk(before, now)) return 'restarted'
  if (sameEntry === true) return 'same'
  if (hasNewExtremes(before, now)) return 'restarted'
  // A reset drops every entry. Not so `unsaved`: from a damaged file some entries may come back.
  return (gaps & gapFlags.reset) !== 0 ? 'restarted' : 'likely-same'
}

function hasShrunk(before: EntryReading, now: EntryReading): boolean {
  return counterNames.some((name) => now.counters[name] < before.counters[name])
}

/**
 * While an entry lives its minimum only falls and its maximum only rises. From PostgreSQL 17 on both
 * can be reset alone, but there stats_since has answered already.
 */
function hasNewExtremes(before: EntryReading, now: EntryReading): boolean {
  // Before its first execution an entry that was only planned shows 0 for both.
  if (before.counters.calls === 0) return false
  return now.minMs > before.minMs || now.maxMs < before.maxMs
}

function deltaOf({ before, now }: EntryChange, origin: Origin, gaps: number): Delta {
  const { first, restarted, uncertain, vanished } = deltaFlags
  const doubt = gaps === 0 ? 0 : uncertain
  switch (origin) {
    case 'vanished':
      return { counters: noCounters(), m2: 0, flags: vanished }
    case 'first':
      return { ...wholeOf(now), flags: first | doubt }
    case 'restarted':
      return { ...wholeOf(now), flags: restarted }
    case 'same':
      return { ...difference(now, before), flags: 0 }
    case 'likely-same':
      return { ...difference(now, before), flags: doubt }
  }
}

function wholeOf(reading: EntryReading | null): Omit<Delta, 'flags'> {
  const counters = { ...(reading?.counters ?? noCounters()) }
  return { counters, m2: lifetimeM2({ calls: counters.calls, stddevMs: reading?.stddevMs ?? 0 }) }
}

function difference(now: EntryReading | null, before: EntryReading | null): Omit<Delta, 'flags'> {
  const whole = wholeOf(now)
  const part = wholeOf(before)
  const { m2 } = subtractMoments(momentsOf(whole), momentsOf(part))
  const counters = whole.counters
  for (const name of counterNames) counters[name] -= part.counters[name]
  return { counters, m2 }
}

function momentsOf({ counters, m2 }: Omit<Delta, 'flags'>): Moments {
  return { calls: counters.calls, totalMs: counters.totalMs, m2 }
}

function noCounters(): Counters {
  return Object.fromEntries(counterNames.map((name) => [name, 0])) as Record<keyof Counters, number>
}
