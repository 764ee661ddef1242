import { type RawBuilder, sql } from 'kysely'
import { type Counters, counterNames, deltaFlags, ownMarker } from '../analyze/index.ts'
import type { Trx } from '../db/index.ts'
import { columnOf } from './statement-columns.ts'

/** The span that was asked for; an interval belongs to it if it ends inside. */
export interface Span {
  from: Date
  to: Date
}

/** Intervals that end after `from` and not after `to`. */
export function inSpan({ from, to }: Span): RawBuilder<unknown> {
  return sql`s.taken_at > ${from}::timestamptz and s.taken_at <= ${to}::timestamptz
    and s.interval_from is not null`
}

export interface IntervalsRow {
  from: Date | null
  to: Date | null
  intervals: number
  incomplete_intervals: number
  gaps: number
  evictions: number
  /** Times between intervals that no interval covers. */
  holes: number
  database: Record<string, number> | null
  /** Counters that are not 0 throughout the span. */
  counted: (keyof Counters)[]
}

export async function readIntervals(trx: Trx, span: Span): Promise<IntervalsRow | undefined> {
  const counted = counterNames.map(
    (name) => sql`case when bool_or(${sql.id(columnOf(name))}) then ${sql.lit(name)} end`,
  )
  const presence = counterNames.map((name) => {
    const column = sql.id(columnOf(name))
    return sql`s.${column} is not null as ${column}`
  })
  const result = await sql<IntervalsRow>`
    with /* supascope */ picked as materialized (
      select s.taken_at, s.interval_from, s.intervals, s.incomplete_intervals, s.gaps,
        s.evictions, s.database_delta, ${sql.join(presence)},
        lag(s.taken_at) over (order by s.taken_at) <> s.interval_from as hole
      from supascope.snapshots s
      where ${inSpan(span)}
    )
    select min(interval_from) as from, max(taken_at) as to,
      coalesce(sum(intervals), 0)::double precision as intervals,
      coalesce(sum(incomplete_intervals), 0)::double precision as incomplete_intervals,
      coalesce(bit_or(gaps), 0::smallint) as gaps,
      coalesce(sum(evictions), 0)::double precision as evictions,
      (count(*) filter (where hole))::double precision as holes,
      (select jsonb_object_agg(key, total) from (
        select key, sum(value::double precision) as total
        from picked, jsonb_each_text(picked.database_delta) group by key
      ) d) as database,
      array_remove(array[${sql.join(counted)}], null) as counted
    from picked`.execute(trx)
  return result.rows[0]
}

/** Sums of one statement, counters under their names of the tables. */
export interface TotalsRow extends Record<string, unknown> {
  queryid: string
  role_name: string
  toplevel: boolean
  query: string | null
  first_seen_at: Date
  flags: number
  /** It was first seen in an interval at or before whose end the window has a gap. */
  first_after_gap: boolean
  m2: number
}

/**
 * Sums the stored deltas by statement, of the counters that are not 0 throughout: the other half
 * would take as long to add up.
 *
 * `unnest` stands in the select list and not in `from`: there each array would become a table of
 * its own first, which takes twice the time. The spread is merged by the sums form of Chan's
 * update: Σm2 + ΣT²/n − (ΣT)²/Σn.
 */
export async function readTotals(
  trx: Trx,
  span: Span,
  counted: readonly (keyof Counters)[],
): Promise<TotalsRow[]> {
  // The query itself speaks of these three.
  const columns = [...new Set([...counted, 'calls', 'totalMs', 'plans'] as const)].map(columnOf)
  const arrays = columns.map((name) => sql`unnest(s.${sql.id(name)}) as ${sql.id(name)}`)
  const sums = columns.map(
    (name) => sql`coalesce(sum(${sql.id(name)}::double precision), 0) as ${sql.id(name)}`,
  )
  const result = await sql<TotalsRow>`
    with /* supascope */ picked as materialized (
      select s.id,
        bool_or(s.incomplete_intervals > 0) over (order by s.taken_at) as after_gap
      from supascope.snapshots s
      where ${inSpan(span)}
    ), element as (
      select picked.after_gap, unnest(s.statement_ids) as id, unnest(s.flags) as flags,
        unnest(s.m2) as m2, ${sql.join(arrays)}
      from picked join supascope.snapshots s using (id)
    ), total as (
      select id, coalesce(bit_or(flags), 0::smallint) as flags,
        coalesce(bool_or(after_gap and flags & ${sql.lit(deltaFlags.first)} <> 0), false)
          as first_after_gap,
        coalesce(sum(m2::double precision), 0) + greatest(0, coalesce(
          sum(total_ms * total_ms / nullif(calls, 0))
            - sum(total_ms) * sum(total_ms) / nullif(sum(calls::double precision), 0), 0)) as m2,
        ${sql.join(sums)}
      from element group by id
    )
    select r.queryid::text, r.role_name, r.toplevel, t.query, r.first_seen_at,
      total.flags, total.first_after_gap, total.m2,
      ${sql.join(columns.map((name) => sql`total.${sql.id(name)}`))}
    from total
    join supascope.statements r using (id)
    left join supascope.statement_texts t using (queryid)
    where (total.calls > 0 or total.plans > 0)
      and (t.query is null or position(${ownMarker}::text in t.query) = 0)`.execute(trx)
  return result.rows
}

export function countersOf(row: Record<string, unknown>): Counters {
  return Object.fromEntries(
    counterNames.map((name) => [name, Number(row[columnOf(name)] ?? 0)]),
  ) as Record<keyof Counters, number>
}
