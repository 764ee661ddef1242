import type { Outcome, Pool } from '../analyze/index.ts'

/** What sessions did: now, and in the samples that were kept. Times are ISO 8601. */
export interface ActivityFacts {
  connections: ConnectionsNow
  /** Statements that run long or wait, and idle transactions: those of now and the kept ones. */
  episodes: readonly Episode[]
  /** Null if no samples were kept. */
  history: ActivityHistory | null
}

export interface ConnectionsNow {
  /** Client connections of the whole server. */
  used: number
  maxConnections: number
  /** Of these kept for superusers and for reserved roles. */
  reserved: number
  groups: readonly ConnectionGroup[]
}

/** Connections that are alike. */
export interface ConnectionGroup {
  pool: Pool
  /** The role that logged in. */
  role: string
  application: string
  state: string
  /** On average, where it speaks of more than one sample. */
  connections: number
}

/** One statement, or one idle transaction, as often as it was seen. */
export interface Episode {
  kind: 'statement' | 'idle'
  pid: number
  startedAt: string
  lastSeenAt: string
  sightings: number
  /** Still going on, as far as is known. */
  running: boolean
  /** Null while it runs, and where its end was not seen. */
  endedAt: string | null
  outcome: Outcome | null
  /** False for what is only likely. */
  certain: boolean
  timeoutMs: number | null
  pool: Pool
  /** The role that logged in: `authenticator` for all that came through the API. */
  role: string
  application: string
  state: string
  queryid: string | null
  /** Without constants, and cut off if long; of an idle transaction its last statement. */
  query: string
  transactionStartedAt: string | null
  waitType: string | null
  waitEvent: string | null
  /** The longest that it was seen waiting for one lock, ms. */
  blockedMs: number
  lockType: string | null
  lockMode: string | null
  /** The table that it waits for, where that is known. */
  lockObject: string | null
  blockedBy: readonly number[]
  /** Who all its queue waits for. */
  root: BlockingSession | null
  /** Most sessions that waited behind it at once. */
  blockingPeak: number
}

/** The session that others wait for. */
export interface BlockingSession {
  /** 0: a prepared transaction. */
  pid: number
  pool: Pool
  role: string
  application: string
  /** `active`, `idle in transaction`…; `prepared` for a prepared transaction. */
  state: string
  queryid: string | null
  query: string
  /** Since when it runs its statement, or idles. */
  since: string | null
  transactionStartedAt: string | null
}

/** What the samples of a stretch of time add up to. */
export interface ActivityHistory {
  from: string
  to: string
  samples: number
  /** Minutes in which samples were taken. */
  minutes: number
  /** The minute with the most connections. */
  peak: {
    at: string
    used: number
    maxConnections: number
    reserved: number
    groups: readonly ConnectionGroup[]
  } | null
  /** What active sessions waited for; an empty type stands for working. */
  waits: readonly { type: string; event: string; sightings: number }[]
}
