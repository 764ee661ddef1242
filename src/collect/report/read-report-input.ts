import type { ReportInput } from '../../analyze/index.ts'
import {
  type Capabilities,
  type Database,
  schemaProblem,
  schemaState,
  shippedMigrations,
} from '../../db/index.ts'
import { ScopeError } from '../../errors.ts'
import { readCutOffStatements } from '../activity/index.ts'
import { readChanges } from '../changes/index.ts'
import { readHistory } from '../history/index.ts'
import { listSnapshots } from '../list-snapshots.ts'
import { readPlans } from '../plans/index.ts'
import { readLifetime } from '../read-lifetime.ts'
import { withLiveTexts } from '../read-live-texts.ts'
import { readSeries } from '../read-series.ts'
import type { Span } from '../read-window.sql.ts'
import { readWindow, type StatementWindow } from '../read-window.ts'
import { readServerState, type ServerState } from './server-facts.sql.ts'

/** Length of the window where none is asked for, ms. */
const defaultWindowMs = 86_400_000

/** Parts that a window's charts are cut into. */
const chartBuckets = 48

/** What changed is read for as long as a rise is looked for, ms. */
const changesMs = 15 * 86_400_000

/** The window before must have been watched for this share of the time to be compared with. */
const comparableShare = 0.8

/** A database, and what it is. */
export interface Watched {
  db: Database
  capabilities: Capabilities
}

/** What is asked for. Null stands for what only the stored snapshots can tell. */
export interface AskedWindow {
  from: Date | null
  to: Date | null
}

export interface ReportReading {
  top: number
  thresholds: ReportInput['options']['thresholds']
  /** Tells the window from the server's clock. @defaultValue the last 24 hours of snapshots */
  window?: (now: Date) => AskedWindow
  /** Read the counters since the last reset even where there are snapshots. @defaultValue false */
  lifetime?: boolean
}

/**
 * Reads all that a report is made of; writes nothing.
 *
 * @throws ScopeError SCOPE_USAGE if nothing is stored of the window that was asked for.
 */
export async function readReportInput(
  database: Watched,
  options: ReportReading,
): Promise<ReportInput> {
  const server = await readServerState(database.db, database.capabilities)
  const asked = options.window?.(server.now) ?? { from: null, to: null }
  const stored =
    options.lifetime === true || !(await hasHistory(database))
      ? null
      : await readStored(database, asked, options.top)
  if (stored === null && (asked.from !== null || asked.to !== null))
    throw await nothingStored(database)
  const { name, version } = serverNames(database)
  const figures =
    stored === null ? await lifetimeInput(database, server) : storedInput(stored, server)
  return {
    now: server.now.toISOString(),
    database: {
      name,
      server_version: version,
      extension_version: database.capabilities.statements?.version ?? '',
    },
    options: { top: options.top, thresholds: options.thresholds },
    cutOff: await readCutOffStatements(database.db, database.capabilities, figures.window),
    ...figures,
  }
}

function serverNames({ capabilities }: Watched): { name: string; version: string } {
  // Packagers add their own words after the number.
  const version = capabilities.server.version.split(' ')[0] ?? ''
  return { name: capabilities.database, version }
}

/**
 * @throws ScopeError SCOPE_SCHEMA_OUTDATED, SCOPE_SCHEMA_NEWER, SCOPE_SCHEMA_BROKEN,
 *   SCOPE_DB_PRIVILEGE
 */
async function hasHistory({ capabilities }: Watched): Promise<boolean> {
  const state = schemaState(capabilities, await shippedMigrations())
  const problem = schemaProblem(state)
  if (problem === null) return true
  if (state.state === 'missing') return false
  throw new ScopeError(
    problem.code,
    problem.message,
    `${problem.hint}; \`supascope report --lifetime\` works without the schema`,
  )
}

interface Stored {
  window: StatementWindow
  previous: StatementWindow | null
  series: ReportInput['series']
  history: NonNullable<ReportInput['history']>
  plans: NonNullable<ReportInput['plans']>
  changes: NonNullable<ReportInput['changes']>
}

/** Without `--until`, the window ends with the newest snapshot: "the last 24 hours of snapshots". */
async function readStored(
  { db, capabilities }: Watched,
  asked: AskedWindow,
  top: number,
): Promise<Stored | null> {
  const newest = (await listSnapshots(db, 1))[0]
  if (newest === undefined) return null
  const to = asked.to ?? newest.taken_at
  const from = asked.from ?? new Date(to.getTime() - defaultWindowMs)
  const stored = await readWindow(db, { from, to })
  if (stored === null) return null
  const statements = await withLiveTexts(db, capabilities, stored.statements)
  const window = { ...stored, statements }
  const before = { from: new Date(2 * from.getTime() - to.getTime()), to: from }
  const previous = await readWindow(db, before)
  const keys = window.statements
    .toSorted((a, b) => b.totalMs - a.totalMs)
    // More than are listed: what is not ranked takes some of the first places.
    .slice(0, 2 * top + 20)
  const span: Span = { from: new Date(window.from), to: new Date(window.to) }
  const series = await readSeries(db, { ...span, buckets: chartBuckets, keys })
  return {
    window,
    previous: previous && comparable(previous, window) ? previous : null,
    series,
    history: await readHistory(db, { to: span.to, keys }),
    plans: await readPlans(db, { to: span.to, keys }),
    changes: await readChanges(db, { from: new Date(span.to.getTime() - changesMs), to: span.to }),
  }
}

function comparable(previous: StatementWindow, window: StatementWindow): boolean {
  const length = ({ from, to }: StatementWindow): number => Date.parse(to) - Date.parse(from)
  return length(previous) >= comparableShare * length(window)
}

type Figures = Omit<ReportInput, 'now' | 'database' | 'options'>

function storedInput(stored: Stored, { facts }: ServerState): Figures {
  const { window, previous, series, history, plans, changes } = stored
  const { from, to, snapshots, statements, intervals, evictions } = window
  return {
    window: { from, to, source: 'snapshots', snapshots },
    statements,
    intervals,
    previous,
    series,
    history,
    plans,
    changes,
    server: { ...facts, evictions, unreadableTexts: countUnreadable(statements) },
  }
}

async function lifetimeInput(database: Watched, { facts }: ServerState): Promise<Figures> {
  const lifetime = await readLifetime(database.db, database.capabilities)
  const { statements, since, to, evictions } = lifetime
  return {
    window: { from: since, to, source: 'lifetime', snapshots: 0 },
    statements,
    intervals: null,
    previous: null,
    series: [],
    server: { ...facts, evictions, unreadableTexts: countUnreadable(statements) },
  }
}

function countUnreadable(statements: ReportInput['statements']): number {
  return statements.filter(({ text }) => text === null).length
}

async function nothingStored({ db, capabilities }: Watched): Promise<ScopeError> {
  const newest = capabilities.migrations === null ? undefined : (await listSnapshots(db, 1))[0]
  return new ScopeError(
    'SCOPE_USAGE',
    newest === undefined
      ? 'there are no snapshots stored to take a window from'
      : `no snapshot was stored in this window; the newest is of ${newest.taken_at.toISOString()}`,
    newest === undefined
      ? 'leave out --since and --until for the lifetime counters, or store history: supascope migrate && supascope snapshot --every 60s'
      : 'choose another window, or leave out --since and --until',
  )
}
