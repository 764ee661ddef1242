import {
  blockingRoots,
  ownMarker,
  type Pool,
  poolOf,
  possibleTimeouts,
  redactRunning,
  waitingBehind,
} from '../../analyze/index.ts'
import type { Trx } from '../../db/index.ts'
import type { BlockingSession } from '../../facts/index.ts'
import {
  readServerLimits,
  readTimeoutSettings,
  type ServerLimits,
  type TimeoutSettings,
} from './server-limits.sql.ts'
import {
  type GroupRow,
  type LockRow,
  readBlockers,
  readGroups,
  readLocks,
  readSessions,
  type SessionRow,
} from './sessions.sql.ts'

/** What one look at the server shows. */
export interface Activity {
  limits: ServerLimits
  /** Empty where nothing runs that they might end. */
  timeouts: TimeoutSettings
  groups: GroupRow[]
  sessions: Session[]
}

/** A session that is worth a look, with what it waits for and who waits for it. */
export interface Session extends SessionRow {
  pool: Pool
  /** Timeouts that its statements may run under, ms, least first. */
  timeouts: number[]
  lock: LockRow | null
  root: BlockingSession | null
  /** Sessions that wait behind it. */
  blocking: number
}

/** What is worth a look. */
export interface ActivityBounds {
  /** A statement that has run for less is left out, unless it waits, ms. @defaultValue 1_000 */
  statementMs?: number
  /** Likewise for a transaction that idles, ms. @defaultValue 5_000 */
  idleMs?: number
}

/** More waits than this are not traced in one sample. */
const mostWaits = 60

/**
 * Looks at the sessions once, all in one moment: how many do what, and those that run long, wait or
 * idle in a transaction. The blocking tree is asked for only if someone waits.
 *
 * @param watched - Sessions wanted in any case.
 */
export async function readActivity(
  trx: Trx,
  watched: readonly number[] = [],
  // Less than the shortest timeout of the API, so that what it ends is seen before.
  { statementMs = 1_000, idleMs = 5_000 }: ActivityBounds = {},
): Promise<Activity> {
  const groups = await readGroups(trx)
  const limits = await readServerLimits(trx)
  const found = await readSessions(trx, { pids: watched, statementMs, idleMs })
  // Not for nothing: reading them takes the server longer than all the rest.
  const timeouts =
    watched.length + found.length === 0
      ? { stored: [], serverMs: null }
      : await readTimeoutSettings(trx)
  const waiting = found.filter(({ wait_type }) => wait_type === 'Lock').map(({ pid }) => pid)
  const locks = waiting.length === 0 ? [] : await readLocks(trx, waiting.slice(0, mostWaits))
  const known = new Set(found.map(({ pid }) => pid))
  const others = [...new Set(locks.flatMap(({ blocked_by }) => blocked_by))].filter(
    (pid) => pid !== 0 && !known.has(pid),
  )
  const rows = others.length === 0 ? found : [...found, ...(await readBlockers(trx, others))]
  return { limits, timeouts, groups, sessions: withLocks(rows, locks, timeouts) }
}

function withLocks(
  rows: readonly SessionRow[],
  locks: readonly LockRow[],
  { stored, serverMs }: TimeoutSettings,
): Session[] {
  const roots = blockingRoots(locks.map(({ pid, blocked_by }) => ({ pid, blockedBy: blocked_by })))
  const behind = waitingBehind(roots)
  const isOwn = ({ pid, query }: SessionRow): boolean =>
    query.includes(ownMarker) && !roots.has(pid) && !behind.has(pid)
  const shown = rows
    .filter((row) => !isOwn(row))
    .map((row) => ({ ...row, query: redactRunning(row.query) }))
  const byPid = new Map(shown.map((row) => [row.pid, row]))
  return shown.map((row) => {
    const root = roots.get(row.pid)
    return {
      ...row,
      pool: poolOf(row.role, row.application),
      timeouts: possibleTimeouts(row.role, stored, serverMs),
      lock: locks.find(({ pid }) => pid === row.pid) ?? null,
      root: root === undefined ? null : blockingSession(root, byPid.get(root)),
      blocking: behind.get(row.pid) ?? 0,
    }
  })
}

function blockingSession(pid: number, row: SessionRow | undefined): BlockingSession {
  return {
    pid,
    pool: row === undefined ? 'direct' : poolOf(row.role, row.application),
    role: row?.role ?? '',
    application: row?.application ?? '',
    state: pid === 0 ? 'prepared' : (row?.state ?? ''),
    queryid: row?.queryid ?? null,
    query: row?.query ?? '',
    since: (row?.state === 'active' ? row.query_start : row?.state_change) ?? null,
    transactionStartedAt: row?.xact_start ?? null,
  }
}
