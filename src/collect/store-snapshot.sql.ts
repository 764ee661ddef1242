import { type RawBuilder, sql } from 'kysely'
import { type Counters, counterNames, type Delta, type StatisticsFacts } from '../analyze/index.ts'
import type { Trx } from '../db/index.ts'
import { arrayLiteral } from './array-literal.ts'
import { columnOf } from './statement-columns.ts'

/** An entry of pg_stat_statements as the next snapshot will subtract it. */
export interface StateEntry {
  userid: number
  queryid: string
  toplevel: boolean
  statementId: number
  statsSince: string | null
  /** Counters in the order of `counterNames`, then deviation, minimum and maximum. */
  values: readonly number[]
}

export type StateKey = Pick<StateEntry, 'userid' | 'queryid' | 'toplevel'>

/** Forgets all entries: the next ones have nothing to do with them. */
export async function clearState(trx: Trx): Promise<void> {
  await sql`delete /* supascope */ from supascope.statement_state`.execute(trx)
}

export async function removeFromState(trx: Trx, gone: readonly StateKey[]): Promise<void> {
  if (gone.length === 0) return
  await sql`
    delete /* supascope */ from supascope.statement_state s
    using unnest(
      ${arrayLiteral(gone.map(({ queryid }) => queryid))}::bigint[],
      ${arrayLiteral(gone.map(({ userid }) => userid))}::oid[],
      ${arrayLiteral(gone.map(({ toplevel }) => toplevel))}::boolean[]
    ) as v (queryid, userid, toplevel)
    where (s.queryid, s.userid, s.toplevel) = (v.queryid, v.userid, v.toplevel)`.execute(trx)
}

const stateValues = [...counterNames.map(columnOf), 'stddev_ms', 'min_ms', 'max_ms']

/** Remembers the entries for the next snapshot. */
export async function writeState(trx: Trx, entries: readonly StateEntry[]): Promise<void> {
  if (entries.length === 0) return
  const names = [...stateValues, 'statement_id', 'stats_since']
  const arrays = stateValues.map((_, i) => {
    return sql`${arrayLiteral(entries.map(({ values }) => values[i] ?? 0))}::double precision[]`
  })
  const since = arrayLiteral(entries.map(({ statsSince }) => statsSince ?? 'null'))
  await sql`
    insert /* supascope */ into supascope.statement_state
      (queryid, userid, toplevel, ${sql.join(names.map((name) => sql.id(name)))})
    select queryid, userid, toplevel, ${sql.join(stateValues.map((name) => sql.id(name)))},
      statement_id, to_timestamp(since / 1000000)
    from unnest(
      ${arrayLiteral(entries.map(({ queryid }) => queryid))}::bigint[],
      ${arrayLiteral(entries.map(({ userid }) => userid))}::oid[],
      ${arrayLiteral(entries.map(({ toplevel }) => toplevel))}::boolean[],
      ${arrayLiteral(entries.map(({ statementId }) => statementId))}::integer[],
      ${since}::double precision[],
      ${sql.join(arrays)}
    ) as v (queryid, userid, toplevel, statement_id, since,
      ${sql.join(stateValues.map((name) => sql.id(name)))})
    on conflict (queryid, userid, toplevel) do update set
      ${sql.join(names.map((name) => sql`${sql.id(name)} = excluded.${sql.id(name)}`))}`.execute(
    trx,
  )
}

export interface SnapshotRow {
  takenAt: number
  /** Null for a baseline. */
  intervalFrom: number | null
  gaps: number
  entries: number
  evictions: number
  databaseDelta: Record<string, number>
  deltas: readonly (Delta & { statementId: number })[]
}

/** Element type of a counter's array. */
export function counterType(name: keyof Counters): 'bigint' | 'double precision' | 'real' {
  if (!name.endsWith('Ms')) return 'bigint'
  return name === 'totalMs' ? 'double precision' : 'real'
}

export async function insertSnapshot(trx: Trx, row: SnapshotRow): Promise<string> {
  const { deltas } = row
  const counters = counterNames.map((name) => {
    return packed(
      deltas.map((delta) => delta.counters[name]),
      counterType(name),
    )
  })
  const result = await sql<{ id: string }>`
    insert /* supascope */ into supascope.snapshots (
      taken_at, interval_from, intervals, incomplete_intervals, gaps, entries,
      evictions, database_delta,
      statement_ids, flags, m2, ${sql.join(counterNames.map((name) => sql.id(columnOf(name))))})
    values (
      to_timestamp(${row.takenAt}::double precision / 1000),
      to_timestamp(${row.intervalFrom}::double precision / 1000),
      ${row.intervalFrom === null ? 0 : 1}, ${row.intervalFrom !== null && row.gaps !== 0 ? 1 : 0},
      ${row.gaps}, ${row.entries}, ${row.evictions}, ${JSON.stringify(row.databaseDelta)}::jsonb,
      ${arrayLiteral(deltas.map(({ statementId }) => statementId))}::integer[],
      ${packed(
        deltas.map(({ flags }) => flags),
        'smallint',
      )},
      ${packed(
        deltas.map(({ m2 }) => Math.fround(m2)),
        'real',
      )},
      ${sql.join(counters)})
    returning id::text`.execute(trx)
  return result.rows[0]?.id ?? ''
}

/** Most counters of most statements are 0, and a null array costs neither space nor time. */
function packed(values: readonly number[], type: string): RawBuilder<unknown> {
  const literal = values.every((value) => value === 0) ? null : arrayLiteral(values)
  return sql`${literal}::${sql.raw(type)}[]`
}

export interface CollectorState {
  systemIdentifier: string
  databaseId: number
  extensionVersion: string
  takenAt: number
  facts: StatisticsFacts
  entries: number
  databaseStats: Record<string, number>
  foreignResetCalls: number
  textsWanted: boolean
}

/** What the next snapshot compares itself with. */
export async function updateCollector(trx: Trx, state: CollectorState): Promise<void> {
  const micros = (value: number) => sql`to_timestamp(${value}::double precision / 1000000)`
  await sql`
    update /* supascope */ supascope.collector set
      system_identifier = ${state.systemIdentifier}::bigint,
      database_id = ${state.databaseId}::oid,
      extension_version = ${state.extensionVersion},
      last_taken_at = to_timestamp(${state.takenAt}::double precision / 1000),
      server_started_at = ${micros(state.facts.serverStartedAt)},
      stats_reset = ${micros(state.facts.statsReset)},
      dealloc = ${state.facts.dealloc}::bigint,
      max_entries = ${state.facts.maxEntries},
      entries = ${state.entries},
      database_stats = ${JSON.stringify(state.databaseStats)}::jsonb,
      foreign_reset_calls = ${state.foreignResetCalls}::bigint,
      texts_wanted = texts_wanted or ${state.textsWanted}
    where id = 1`.execute(trx)
}
