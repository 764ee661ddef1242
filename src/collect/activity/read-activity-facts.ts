import { poolOf } from '../../analyze/index.ts'
import type { Capabilities, Trx } from '../../db/index.ts'
import type { ActivityFacts, ConnectionGroup, Episode } from '../../facts/index.ts'
import { requireSeeingSessions } from '../catalog/see-sessions.ts'
import { type Sighting, sightingsOf } from './episodes.ts'
import { maySeeSamples, readEpisodes, readHistory } from './history.sql.ts'
import { type Activity, readActivity } from './read-activity.ts'

/** How far back samples are looked at, hours. */
const hours = 24

/**
 * What the sessions do now, and what the samples of the last day saw of them. Stores nothing.
 *
 * @throws ScopeError SCOPE_DB_PRIVILEGE
 */
export async function readActivityFacts(
  trx: Trx,
  capabilities: Capabilities,
): Promise<ActivityFacts> {
  requireSeeingSessions(capabilities)
  const activity = await readActivity(trx)
  const live = sightingsOf(activity).map(running)
  const connections = connectionsNow(activity)
  if (!(await maySeeSamples(trx, capabilities))) {
    return { connections, episodes: live, history: null }
  }
  const history = await readHistory(trx, hours)
  return { connections, episodes: merged(live, await readEpisodes(trx, hours)), history }
}

function connectionsNow({ limits, groups }: Activity): ActivityFacts['connections'] {
  const alike: ConnectionGroup[] = groups.map(({ role, application, state, connections }) => ({
    pool: poolOf(role, application),
    role,
    application,
    state,
    connections,
  }))
  return {
    used: alike.reduce((sum, { connections }) => sum + connections, 0),
    maxConnections: limits.maxConnections,
    reserved: limits.reserved,
    groups: alike,
  }
}

/** What goes on now is told as it is now, with what its samples saw before. */
function merged(live: readonly Episode[], stored: readonly Episode[]): Episode[] {
  const keyOf = ({ kind, pid, startedAt }: Episode): string => `${kind} ${pid} ${startedAt}`
  const before = new Map(stored.map((one) => [keyOf(one), one]))
  const now = live.map((one) => {
    const known = before.get(keyOf(one))
    before.delete(keyOf(one))
    return known === undefined ? one : together(one, known)
  })
  return [...now, ...before.values()]
}

function together(now: Episode, known: Episode): Episode {
  return {
    ...now,
    sightings: known.sightings + 1,
    blockedMs: Math.max(now.blockedMs, known.blockedMs),
    blockingPeak: Math.max(now.blockingPeak, known.blockingPeak),
    root: now.root ?? known.root,
    lockType: now.lockType ?? known.lockType,
    lockMode: now.lockMode ?? known.lockMode,
    lockObject: now.lockObject ?? known.lockObject,
  }
}

function running(one: Sighting): Episode {
  return {
    kind: one.kind,
    pid: one.pid,
    startedAt: one.started_at,
    lastSeenAt: one.seen_at,
    sightings: 1,
    running: true,
    endedAt: null,
    outcome: null,
    certain: false,
    timeoutMs: one.timeout_ms,
    pool: one.pool,
    role: one.role_name,
    application: one.application,
    state: one.state,
    queryid: one.queryid,
    query: one.query,
    transactionStartedAt: one.transaction_started_at,
    waitType: one.wait_type,
    waitEvent: one.wait_event,
    blockedMs: one.blocked_ms,
    lockType: one.lock_type,
    lockMode: one.lock_mode,
    lockObject: one.lock_object,
    blockedBy: one.blocked_by,
    root: one.root,
    blockingPeak: one.blocking_peak,
  }
}
