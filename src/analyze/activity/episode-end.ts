/** A statement that was seen running. Times in ms since 1970. */
export interface SeenStatement {
  startedAt: number
  lastSeenAt: number
  /** Timeouts that it may run under, ms, least first. */
  timeouts: readonly number[]
}

/** The same session, looked at again; null if it is gone. */
export interface LaterSession {
  state: string
  /** Begin of its latest statement. */
  queryStart: number
  /** Since when it is in its state. */
  stateChange: number
  /** Its latest statement. */
  query: string
}

export type Outcome = 'finished' | 'timed_out' | 'failed' | 'unknown'

export interface EpisodeEnd {
  outcome: Outcome
  /** Null where only bounds of it are known. */
  endedAt: number | null
  /** True if nothing else can have happened; else `timed_out` means likely. */
  certain: boolean
  /** The timeout that it ran into. */
  timeoutMs: number | null
}

/** Share of a timeout from which on a statement that was gone later is taken to have hit it. */
const nearTimeout = 0.9

/**
 * What became of a statement, as far as it can be told: null while it runs.
 *
 * What it can be told by: a session that has not moved on says when it ended, and `aborted` that it
 * failed. One that moved on to a rollback says the same, a little later. After anything else, only
 * the time at which the statement was last seen speaks, and the time by which it was over.
 */
export function episodeEnd(seen: SeenStatement, later: LaterSession | null): EpisodeEnd | null {
  if (later === null) return lastSightingOf(seen, Number.POSITIVE_INFINITY)
  if (later.queryStart !== seen.startedAt) return movedOn(seen, later)
  if (later.state === 'active') return null
  const failed = later.state === 'idle in transaction (aborted)'
  const timeoutMs = hitTimeout(seen, later.stateChange - seen.startedAt)
  const endedAt = later.stateChange
  if (failed && timeoutMs !== null)
    return { outcome: 'timed_out', endedAt, certain: true, timeoutMs }
  if (failed) return { outcome: 'failed', endedAt, certain: true, timeoutMs: null }
  // Outside a transaction block a failure leaves nothing behind: at the very time of the timeout,
  // it is the likelier end.
  if (later.state === 'idle' && timeoutMs !== null) {
    return { outcome: 'timed_out', endedAt, certain: false, timeoutMs }
  }
  return { outcome: 'finished', endedAt, certain: later.state !== 'idle', timeoutMs: null }
}

function movedOn(seen: SeenStatement, { query, queryStart }: LaterSession): EpisodeEnd {
  const duration = queryStart - seen.startedAt
  const rolledBack = /^\s*(rollback|abort)\b/i.test(query)
  const timeoutMs = rolledBack ? hitTimeout(seen, duration) : null
  if (timeoutMs === null) return lastSightingOf(seen, duration)
  return { outcome: 'timed_out', endedAt: seen.startedAt + timeoutMs, certain: true, timeoutMs }
}

/** The timeout at which something of this duration ended; the server is never early, a bit late. */
function hitTimeout({ timeouts }: SeenStatement, durationMs: number): number | null {
  const hit = timeouts.find(
    // The clock of a timeout starts before that of the statement, by the time it takes to plan.
    (ms) => durationMs >= ms - Math.min(50, ms / 20) && durationMs <= ms + Math.max(250, ms / 20),
  )
  return hit ?? null
}

/** @param overBy - When it was over at the latest, ms after its begin. */
function lastSightingOf(seen: SeenStatement, overBy: number): EpisodeEnd {
  const age = seen.lastSeenAt - seen.startedAt
  const next = seen.timeouts.find((ms) => ms > age) ?? null
  const unknown = { endedAt: null, certain: false, timeoutMs: null }
  if (next === null) return { outcome: 'unknown', ...unknown }
  if (overBy < next * 0.98) return { outcome: 'finished', ...unknown }
  if (age >= nearTimeout * next) return { outcome: 'timed_out', ...unknown, timeoutMs: next }
  return { outcome: 'unknown', ...unknown }
}

/**
 * When to look again, so that what a timeout ends is seen before its session moves on: ms after
 * `now`, or null if nothing runs that may be cut off.
 */
export function followUpMs(
  running: readonly Pick<SeenStatement, 'startedAt' | 'timeouts'>[],
  now: number,
): number | null {
  const waits = running.flatMap(({ startedAt, timeouts }) => {
    const deadlines = timeouts.map((ms) => startedAt + ms + graceMs - now)
    const next = deadlines.find((ms) => ms > 0)
    if (next !== undefined) return [next]
    // Past its last timeout it is being cut off right now, or has another one than is known.
    const last = deadlines.at(-1)
    return last !== undefined && last > -patienceMs ? [0] : []
  })
  return waits.length === 0 ? null : Math.min(...waits)
}

/** How long after its deadline a statement is looked at again. */
const graceMs = 30
/** For so long a server may take to cut a statement off, ms. */
const patienceMs = 5_000
