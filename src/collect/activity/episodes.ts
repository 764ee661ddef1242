import { episodeEnd, type Outcome, type Pool } from '../../analyze/index.ts'
import type { BlockingSession } from '../../facts/index.ts'
import type { Activity, Session } from './read-activity.ts'

/** A sighting of a statement that runs long or waits, or of an idle transaction. Times are exact. */
export interface Sighting {
  kind: 'statement' | 'idle'
  pid: number
  backend_start: string
  started_at: string
  seen_at: string
  timeout_ms: number | null
  pool: Pool
  role_name: string
  application: string
  state: string
  queryid: string | null
  query: string
  transaction_started_at: string | null
  wait_type: string | null
  wait_event: string | null
  blocked_ms: number
  lock_type: string | null
  lock_mode: string | null
  lock_object: string | null
  blocked_by: number[]
  root: BlockingSession | null
  blocking_peak: number
}

/** An episode whose end was not seen yet. */
export interface OpenEpisode {
  id: string
  kind: 'statement' | 'idle'
  pid: number
  backend_start: string
  started_at: string
  last_seen_at: string
  role_name: string
}

/** How an open episode ended. */
export interface Ending {
  id: string
  outcome: Outcome
  ended_at: string | null
  certain: boolean
  timeout_ms: number | null
}

/** What of a look at the server is worth a row. */
export function sightingsOf({ limits, sessions }: Activity): Sighting[] {
  return sessions.flatMap((session) => {
    const startedAt = startOf(session)
    return startedAt === null ? [] : [sighting(session, startedAt, limits.now)]
  })
}

/** Begin of the statement or of the idleness; null for a session that is in neither. */
function startOf({ state, query_start, state_change }: Session): string | null {
  if (state === 'active') return query_start
  return state.startsWith('idle in transaction') ? state_change : null
}

function sighting(session: Session, startedAt: string, now: string): Sighting {
  const { lock } = session
  const since = lock?.waiting_since ?? null
  return {
    kind: session.state === 'active' ? 'statement' : 'idle',
    pid: session.pid,
    backend_start: session.backend_start,
    started_at: startedAt,
    seen_at: now,
    timeout_ms: session.timeouts[0] ?? null,
    pool: session.pool,
    role_name: session.role,
    application: session.application,
    state: session.state,
    queryid: session.queryid,
    query: session.query,
    transaction_started_at: session.xact_start,
    wait_type: session.wait_type,
    wait_event: session.wait_event,
    // A wait is marked with its time only after a moment.
    blocked_ms: since === null ? 0 : Math.max(0, Date.parse(now) - Date.parse(since)),
    lock_type: lock?.lock_type ?? null,
    lock_mode: lock?.lock_mode ?? null,
    lock_object: lock?.lock_object ?? null,
    blocked_by: lock?.blocked_by ?? [],
    root: session.root,
    blocking_peak: session.blocking,
  }
}

/** Says of each open episode how it ended, as far as the sessions of now tell; none that goes on. */
export function endingsOf(
  open: readonly OpenEpisode[],
  sessions: readonly Session[],
  timeouts: (role: string) => number[],
): Ending[] {
  const byBackend = new Map(sessions.map((one) => [`${one.pid} ${one.backend_start}`, one]))
  return open.flatMap((episode) => {
    const session = byBackend.get(`${episode.pid} ${episode.backend_start}`) ?? null
    const ending =
      episode.kind === 'idle' ? idleEnd(episode, session) : statementEnd(episode, session, timeouts)
    return ending === null ? [] : [{ id: episode.id, ...ending }]
  })
}

type End = Omit<Ending, 'id'>

function idleEnd(episode: OpenEpisode, session: Session | null): End | null {
  if (session?.state_change === episode.started_at) return null
  // What came next began at the end of the idleness, at the latest.
  return {
    outcome: session ? 'finished' : 'unknown',
    ended_at: null,
    certain: false,
    timeout_ms: null,
  }
}

function statementEnd(
  episode: OpenEpisode,
  session: Session | null,
  timeouts: (role: string) => number[],
): End | null {
  const seen = {
    startedAt: Date.parse(episode.started_at),
    lastSeenAt: Date.parse(episode.last_seen_at),
    timeouts: timeouts(episode.role_name),
  }
  const later = session && {
    state: session.state,
    query: session.query,
    queryStart: Date.parse(session.query_start ?? session.backend_start),
    stateChange: Date.parse(session.state_change ?? session.backend_start),
  }
  const end = episodeEnd(seen, later)
  if (end === null) return null
  const { outcome, certain, timeoutMs, endedAt } = end
  const ended_at = endedAt === null ? null : new Date(endedAt).toISOString()
  return { outcome, ended_at, certain, timeout_ms: timeoutMs }
}
