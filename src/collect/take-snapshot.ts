import {
  type Counters,
  computeDeltas,
  counterNames,
  type Delta,
  type EntryChange,
  type EntryReading,
} from '../analyze/index.ts'
import { type Capabilities, type Database, readWrite, type Trx } from '../db/index.ts'
import type { ScopeError } from '../errors.ts'
import { type ChangedEntry, readChangedEntries } from './changed-entries.sql.ts'
import {
  type CollectorFacts,
  type FactsAfter,
  lockCollector,
  readFactsAfter,
} from './collector-facts.sql.ts'
import { foreignResetCalls, judgeInterval } from './judge-interval.ts'
import { readMissingTexts } from './read-texts.ts'
import { columnsError, requireStatistics, unreadableStatistics } from './require-statistics.ts'
import { keyOf, registerStatements } from './statement-registry.sql.ts'
import {
  clearState,
  insertSnapshot,
  removeFromState,
  type StateEntry,
  updateCollector,
  writeState,
} from './store-snapshot.sql.ts'

export interface SnapshotOptions {
  /** Least time between two reads of all statement texts, seconds. @defaultValue 300 */
  textIntervalSeconds?: number
}

export interface SnapshotResult {
  /** `skipped`: another collector took one while this one waited for it. */
  kind: 'baseline' | 'delta' | 'skipped'
  /** Id of the stored snapshot; null if skipped. */
  id: string | null
  /** ISO 8601, by the server's clock. */
  takenAt: string
  /** Statements that counted up, appeared or vanished since the last snapshot. */
  changed: number
  /** Entries that pg_stat_statements holds for this database. */
  entries: number
  /** Bits of `gapFlags`: why calls since the last snapshot may be missing. */
  gaps: number
  /** Statements never seen before. */
  newStatements: number
  /** Texts read and stored. */
  newTexts: number
  /** Why the texts could not be read; the numbers are stored all the same. */
  textError: ScopeError | null
}

/**
 * Stores what every statement did since the last snapshot. All in one transaction, under the lock
 * of the collector; nothing is ever reset.
 *
 * @throws ScopeError whatever {@link requireStatistics} says, SCOPE_DB_BUSY if another collector
 *   holds the lock for longer than a second, and what the database answers.
 */
export async function takeSnapshot(
  db: Database,
  capabilities: Capabilities,
  options: SnapshotOptions = {},
): Promise<SnapshotResult> {
  const { schema, version } = requireStatistics(capabilities)
  const interval = options.textIntervalSeconds ?? 300
  const { waitsSince, ...taken } = await readWrite(db, (trx) => {
    return collect(trx, schema, capabilities.role.name)
  }).catch((error: unknown) => {
    throw columnsError(error, version)
  })
  const due = waitsSince !== null && Date.parse(taken.takenAt) - waitsSince >= 1_000 * interval
  if (!due) return { ...taken, newTexts: 0, textError: null }
  return { ...taken, ...(await readMissingTexts(db, schema, interval)) }
}

type Taken = Omit<SnapshotResult, 'newTexts' | 'textError'> & {
  /** If texts are wanted, when they were read last: milliseconds since 1970, or never. */
  waitsSince: number | null
}

async function collect(trx: Trx, schema: string, role: string): Promise<Taken> {
  const facts = await lockCollector(trx, schema)
  if (facts.takenMeanwhile !== null) return skipped(facts.takenMeanwhile)
  if (facts.last === null) await clearState(trx)
  const entries = await readChangedEntries(trx, { schema, ...facts })
  if (entries.some(({ queryid }) => queryid === null)) throw unreadableStatistics(role)
  const after = await readFactsAfter(trx, schema)
  return store(trx, facts, after, entries as ReadableEntry[])
}

type ReadableEntry = ChangedEntry & { queryid: string }

async function store(
  trx: Trx,
  facts: CollectorFacts,
  after: FactsAfter,
  all: readonly ReadableEntry[],
): Promise<Taken> {
  const interval = judgeInterval(facts, after, all)
  const { entries, added, textsWanted } = await remember(trx, facts, all)
  const judged = computeDeltas(entries.map(changeOf), interval.gaps)
  const isBaseline = interval.from === null
  const deltas = isBaseline ? [] : judged.deltas.map((delta, i) => withId(delta, entries[i]))
  const snapshot = {
    ...interval,
    takenAt: facts.takenAt,
    intervalFrom: interval.from,
    gaps: isBaseline ? interval.gaps : judged.gaps,
    entries: interval.stateEntries + growth(entries),
    deltas: deltas.sort((a, b) => a.statementId - b.statementId),
  }
  const id = await insertSnapshot(trx, snapshot)
  await updateCollector(trx, {
    ...facts,
    facts: facts.now,
    entries: snapshot.entries,
    databaseStats: after.databaseStats,
    foreignResetCalls: foreignResetCalls(all),
    textsWanted,
  })
  return {
    kind: isBaseline ? 'baseline' : 'delta',
    id,
    takenAt: new Date(facts.takenAt).toISOString(),
    changed: deltas.length,
    entries: snapshot.entries,
    gaps: snapshot.gaps,
    newStatements: added,
    waitsSince: textsWanted || facts.textsWanted ? (facts.lastTextReadAt ?? -Infinity) : null,
  }
}

type NumberedEntry = ReadableEntry & { statementId: number }

/** Brings the state up to date, and gives each entry the lasting number of its statement. */
async function remember(
  trx: Trx,
  facts: CollectorFacts,
  all: readonly ReadableEntry[],
): Promise<{ entries: NumberedEntry[]; added: number; textsWanted: boolean }> {
  const own = all.filter((entry) => !entry.foreign)
  const unseen = own.filter((entry) => entry.statement_id === null)
  const { ids, added, textsWanted } = await registerStatements(trx, unseen, facts.takenAt)
  const entries = own.map((entry) => ({
    ...entry,
    statementId: entry.statement_id ?? ids.get(keyOf(entry)) ?? 0,
  }))
  const gone = entries.filter(({ now }) => now === null)
  await removeFromState(trx, gone)
  await writeState(trx, entries.flatMap(stateEntry))
  return { entries, added, textsWanted }
}

/** By how many entries the state grew. */
function growth(entries: readonly ChangedEntry[]): number {
  const unseen = entries.filter((entry) => entry.statement_id === null).length
  return unseen - entries.filter((entry) => entry.now === null).length
}

function withId(delta: Delta, entry: NumberedEntry | undefined): Delta & { statementId: number } {
  return { ...delta, statementId: entry?.statementId ?? 0 }
}

function stateEntry(entry: NumberedEntry): StateEntry[] {
  const { userid, queryid, toplevel, statementId, stats_since: statsSince, now } = entry
  return now === null ? [] : [{ userid, queryid, toplevel, statementId, statsSince, values: now }]
}

function changeOf({ before, now, same_entry: sameEntry }: ChangedEntry): EntryChange {
  return { before: readingOf(before), now: readingOf(now), sameEntry }
}

function readingOf(values: readonly number[] | null): EntryReading | null {
  if (values === null) return null
  const counters = Object.fromEntries(
    counterNames.map((name, i) => [name, values[i] ?? 0]),
  ) as Record<keyof Counters, number>
  const [stddevMs = 0, minMs = 0, maxMs = 0] = values.slice(counterNames.length)
  return { counters, stddevMs, minMs, maxMs }
}

function skipped(takenAt: number): Taken {
  return {
    kind: 'skipped',
    id: null,
    takenAt: new Date(takenAt).toISOString(),
    changed: 0,
    entries: 0,
    gaps: 0,
    newStatements: 0,
    waitsSince: null,
  }
}
