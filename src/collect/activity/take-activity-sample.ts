import { followUpMs, type Outcome, poolOf, possibleTimeouts } from '../../analyze/index.ts'
import {
  type Capabilities,
  type Database,
  type Limits,
  readWrite,
  type Trx,
} from '../../db/index.ts'
import { ScopeError } from '../../errors.ts'
import { requireSeeingSessions } from '../catalog/see-sessions.ts'
import { endingsOf, type Sighting, sightingsOf } from './episodes.ts'
import { type Activity, type ActivityBounds, readActivity } from './read-activity.ts'
import { readBurst } from './read-burst.ts'
import type { GroupRow } from './sessions.sql.ts'
import {
  type GroupSums,
  lockSampler,
  prune,
  readOpenEpisodes,
  storeEndings,
  storeGroups,
  storeMinute,
  storeSampler,
  storeSightings,
} from './store-activity.sql.ts'

export interface ActivitySampleOptions extends ActivityBounds {
  /** Before it, look at what sessions wait for ten times a second, for so long, ms. @defaultValue 0 */
  burstMs?: number
  /** Bounds of each statement. @defaultValue 2 s a statement, 500 ms for a lock */
  limits?: Limits
}

export interface ActivitySample {
  /** `skipped`: another sampler was at work. */
  kind: 'stored' | 'skipped'
  /** ISO 8601, by the server's clock; null if skipped. */
  takenAt: string | null
  /** Client connections of the server, and how many it takes at most. */
  connections: number
  maxConnections: number
  active: number
  /** Sessions that wait for a lock. */
  blocked: number
  /** Transactions that have idled for five seconds. */
  idleInTransaction: number
  /** Statements that have run for a second or wait. */
  statements: number
  /** Ends that this sample saw, by outcome. */
  ended: Record<Outcome, number>
  /**
   * A sample after so long would see whether a statement that runs now was cut off by its timeout,
   * ms; null if none is at risk.
   */
  followUpMs: number | null
}

const defaultLimits: Limits = { statementTimeoutMs: 2_000, lockTimeoutMs: 500 }

/**
 * Takes one sample of what the sessions do and stores it: sums of the minute, and the statements
 * and idle transactions that are worth a row. One transaction, under the sampler's lock; it waits
 * for nobody. Once an hour it deletes what is too old.
 *
 * @throws ScopeError SCOPE_SCHEMA_MISSING or SCOPE_SCHEMA_OUTDATED without its tables,
 *   SCOPE_DB_PRIVILEGE if the role may not see other sessions, SCOPE_DB_TIMEOUT and what else the
 *   database answers.
 */
export async function takeActivitySample(
  db: Database,
  capabilities: Capabilities,
  options: ActivitySampleOptions = {},
): Promise<ActivitySample> {
  requireActivity(capabilities)
  const limits = options.limits ?? defaultLimits
  const burst = options.burstMs ? await readBurst(db, options.burstMs, limits) : []
  return readWrite(db, (trx) => sample(trx, burst, options), limits)
}

function requireActivity(capabilities: Capabilities): void {
  const { schema } = capabilities
  if (schema === null || !schema.objects.has('activity_sampler')) {
    throw new ScopeError(
      schema === null ? 'SCOPE_SCHEMA_MISSING' : 'SCOPE_SCHEMA_OUTDATED',
      'the tables of activity samples are missing',
      'run: supascope migrate',
    )
  }
  requireSeeingSessions(capabilities)
}

async function sample(
  trx: Trx,
  burst: readonly GroupRow[][],
  bounds: ActivityBounds,
): Promise<ActivitySample> {
  const sampler = await lockSampler(trx)
  if (sampler === null) return skipped
  const open = await readOpenEpisodes(trx)
  const activity = await readActivity(
    trx,
    open.map(({ pid }) => pid),
    bounds,
  )
  const { limits, timeouts, sessions } = activity
  const sightings = sightingsOf(activity)
  const endings = endingsOf(open, sessions, (role) =>
    possibleTimeouts(role, timeouts.stored, timeouts.serverMs),
  )
  await storeEndings(trx, endings)
  await storeSightings(trx, sightings)
  const looks = [...burst, activity.groups]
  await storeMinute(trx, minuteSums(activity, looks))
  await storeGroups(trx, limits.now, groupSums(looks))
  await storeSampler(trx, limits.now)
  if (sampler.pruneDue) await prune(trx)
  const ended = { finished: 0, timed_out: 0, failed: 0, unknown: 0 }
  for (const { outcome } of endings) ended[outcome] += 1
  return {
    kind: 'stored',
    takenAt: new Date(limits.now).toISOString(),
    ...summary(activity, sightings),
    ended,
  }
}

function summary(
  { limits, groups, sessions }: Activity,
  sightings: readonly Sighting[],
): Omit<ActivitySample, 'kind' | 'takenAt' | 'ended'> {
  const running = sightings.filter(({ kind }) => kind === 'statement')
  const timeouts = new Map(sessions.map(({ pid, timeouts }) => [pid, timeouts]))
  const followed = running.map(({ pid, started_at }) => ({
    startedAt: Date.parse(started_at),
    timeouts: timeouts.get(pid) ?? [],
  }))
  return {
    connections: sum(groups),
    maxConnections: limits.maxConnections,
    active: sum(groups.filter(({ state }) => state === 'active')),
    blocked: sum(groups.filter(({ wait_type }) => wait_type === 'Lock')),
    idleInTransaction: sightings.length - running.length,
    statements: running.length,
    followUpMs: followUpMs(followed, Date.parse(limits.now)),
  }
}

function minuteSums(
  { limits }: Activity,
  looks: readonly GroupRow[][],
): Parameters<typeof storeMinute>[1] {
  const peak = (of: (row: GroupRow) => boolean): number =>
    Math.max(...looks.map((groups) => sum(groups.filter(of))))
  return {
    now: limits.now,
    samples: looks.length,
    connections: sum(looks.flat()),
    connections_peak: peak(() => true),
    active_peak: peak(({ state }) => state === 'active'),
    blocked_peak: peak(({ wait_type }) => wait_type === 'Lock'),
    max_connections: limits.maxConnections,
    reserved: limits.reserved,
  }
}

function groupSums(looks: readonly GroupRow[][]): GroupSums[] {
  const sums = new Map<string, GroupSums>()
  for (const row of looks.flat()) {
    const { role: role_name, application, state, wait_type, wait_event, connections } = row
    const group = {
      pool: poolOf(role_name, application),
      role_name,
      application,
      state,
      wait_type,
      wait_event,
    }
    const key = JSON.stringify(group)
    const before = sums.get(key)
    sums.set(key, {
      ...group,
      backends: (before?.backends ?? 0) + connections,
      peak: Math.max(before?.peak ?? 0, connections),
    })
  }
  return [...sums.values()]
}

function sum(groups: readonly GroupRow[]): number {
  return groups.reduce((total, { connections }) => total + connections, 0)
}

const skipped: ActivitySample = {
  kind: 'skipped',
  takenAt: null,
  connections: 0,
  maxConnections: 0,
  active: 0,
  blocked: 0,
  idleInTransaction: 0,
  statements: 0,
  ended: { finished: 0, timed_out: 0, failed: 0, unknown: 0 },
  followUpMs: null,
}
