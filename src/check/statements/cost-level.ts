import type { WindowFacts } from '../../analyze/index.ts'
import type { FindingLevel } from '../../finding.ts'

/** From this cost on a trouble is an ERROR, or a WARN; both figures must reach it. */
const steps: readonly { level: FindingLevel; share: number; msPerMinute: number }[] = [
  { level: 'ERROR', share: 0.2, msPerMinute: 600 },
  { level: 'WARN', share: 0.02, msPerMinute: 60 },
]

/**
 * How much a trouble matters, by what it costs: its share of the window's time, and its time by the
 * clock, so that half the load of an idle database is no alarm (600 ms a minute is 1 % of a core).
 *
 * @param costMs - The time that the trouble takes, ms of the window.
 * @param totalMs - What that is a share of: else the time of all statements.
 */
export function costLevel(
  costMs: number,
  facts: WindowFacts,
  totalMs: number = facts.totalMs,
): FindingLevel {
  const share = totalMs > 0 ? costMs / totalMs : 0
  const msPerMinute = facts.minutes === null ? Number.POSITIVE_INFINITY : costMs / facts.minutes
  const step = steps.find((s) => share >= s.share && msPerMinute >= s.msPerMinute)
  return step?.level ?? 'INFO'
}

/** From this share of the time on, a statement is judged however rarely it ran. */
const heavyShare = 0.05

/** Below this share of the time a statement is not worth a line. */
const leastShare = 0.001

/** True if a statement ran often enough, or takes enough of the time, to be judged. */
export function isJudged(
  { calls, share }: { calls: number; share: number },
  { thresholds }: WindowFacts,
): boolean {
  return share >= (calls >= thresholds.minCalls ? leastShare : heavyShare)
}
