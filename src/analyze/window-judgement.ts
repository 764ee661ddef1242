import { lowerBoundFlags } from './delta.ts'
import { gapFlags } from './gaps.ts'

/** Gaps in which any statement may have run unseen, also one that was known before. */
const blindGaps = gapFlags.lost | gapFlags.uncovered

/**
 * Whether calls of a statement may be missing from its sums over a window.
 *
 * None is if each of its deltas is certain, and no interval has a gap at or before the end of the
 * one in which the statement was first seen: only there can it have come and gone unseen. What was
 * known when the window began has no first sighting in it, and leaves it with a flag.
 */
export function mayMissCalls(statement: {
  /** Bits of `deltaFlags`, of all its deltas in the window. */
  flags: number
  /** Whether it was first seen in an interval up to whose end the window has a gap. */
  firstAfterGap: boolean
  /** Bits of `gapFlags`, of all intervals of the window. */
  gaps: number
}): boolean {
  const { flags, firstAfterGap, gaps } = statement
  return (flags & lowerBoundFlags) !== 0 || firstAfterGap || (gaps & blindGaps) !== 0
}
