import { sql } from 'kysely'
import { counterNames } from '../analyze/index.ts'
import type { Trx } from '../db/index.ts'
import { columnOf } from './statement-columns.ts'
import { counterType } from './store-snapshot.sql.ts'

/** Deletes by whole days, so that most runs find nothing. */
export async function deleteExpired(trx: Trx, days: number): Promise<number> {
  const result = await sql`
    delete /* supascope */ from supascope.snapshots
    where taken_at < date_trunc('day', now() - ${days} * interval '1 day', 'UTC')`.execute(trx)
  return Number(result.numAffectedRows ?? 0n)
}

/**
 * Groups of at least two snapshots that end in the same hour and follow on each other, oldest
 * first. Never across a baseline: what lies between can't be summed over.
 */
export async function selectMergeable(
  trx: Trx,
  snapshotHours: number,
  limit: number,
): Promise<string[][]> {
  const result = await sql<{ ids: string[] }>`
    with /* supascope */ delta as (
      select id, taken_at, date_trunc('hour', taken_at - interval '1 microsecond', 'UTC') as hour,
        lag(taken_at) over (order by taken_at) is distinct from interval_from as starts
      from supascope.snapshots
      where interval_from is not null
    ), numbered as (
      select *, count(*) filter (where starts) over (order by taken_at) as run from delta
    )
    select array_agg(id::text) as ids
    from numbered
    where hour + interval '1 hour' <= now() - ${snapshotHours} * interval '1 hour'
    group by hour, run
    having count(*) > 1
    order by hour
    limit ${limit}`.execute(trx)
  return result.rows.map(({ ids }) => ids)
}

/** Puts one snapshot in the place of several; the same sums by the same formulas as a window's. */
export async function mergeSnapshots(trx: Trx, ids: readonly string[]): Promise<number> {
  const columns = counterNames.map(columnOf)
  const arrays = columns.map((name) => sql`unnest(${sql.id(name)}) as ${sql.id(name)}`)
  const sums = columns.map((name) => sql`sum(${sql.id(name)}::double precision) as ${sql.id(name)}`)
  const packed = counterNames.map((name) => {
    const column = sql.id(columnOf(name))
    const type = sql.raw(counterType(name))
    return sql`case when bool_or(${column} <> 0)
      then array_agg(coalesce(${column}, 0)::${type} order by id) end as ${column}`
  })
  const names = sql.join(columns.map((name) => sql.id(name)))
  const result = await sql`
    with /* supascope */ gone as materialized (
      delete from supascope.snapshots where id = any(${ids}::bigint[]) returning *
    ), element as (
      select unnest(statement_ids) as id, unnest(flags) as flags, unnest(m2) as m2,
        ${sql.join(arrays)}
      from gone
    ), total as (
      select id, bit_or(flags) as flags,
        coalesce(sum(m2::double precision), 0) + greatest(0, coalesce(
          sum(total_ms * total_ms / nullif(calls, 0))
            - sum(total_ms) * sum(total_ms) / nullif(sum(calls::double precision), 0), 0)) as m2,
        ${sql.join(sums)}
      from element group by id
    ), packed as (
      select coalesce(array_agg(id order by id), '{}') as statement_ids,
        case when bool_or(flags <> 0)
          then array_agg(coalesce(flags, 0::smallint) order by id) end as flags,
        case when bool_or(m2 <> 0) then array_agg(m2::real order by id) end as m2,
        ${sql.join(packed)}
      from total
    ), merged as (
      select max(taken_at) as taken_at, min(interval_from) as interval_from,
        sum(intervals)::integer as intervals,
        sum(incomplete_intervals)::integer as incomplete_intervals, bit_or(gaps) as gaps,
        (array_agg(entries order by taken_at desc))[1] as entries,
        sum(evictions)::integer as evictions
      from gone
      having count(*) > 0
    )
    insert into supascope.snapshots (taken_at, interval_from, intervals, incomplete_intervals,
      gaps, entries, evictions, database_delta, statement_ids, flags, m2, ${names})
    select taken_at, interval_from, intervals, incomplete_intervals, gaps, entries,
      evictions, coalesce((select jsonb_object_agg(key, total) from (
        select key, sum(value::double precision) as total
        from gone, jsonb_each_text(gone.database_delta) group by key) d), '{}'),
      statement_ids, flags, m2, ${names}
    from merged, packed`.execute(trx)
  return (result.numAffectedRows ?? 0n) > 0n ? ids.length : 0
}

export interface UnusedStatements {
  ids: number[]
  /** When this was so, ISO 8601. */
  asOf: string
}

/** Statements of which neither a snapshot nor the state speaks. */
export async function selectUnused(trx: Trx): Promise<UnusedStatements> {
  const result = await sql<UnusedStatements>`
    select /* supascope */ coalesce(array_agg(id), '{}') as ids, now()::text as "asOf"
    from (
      -- Set operations hash and spill; "not in" over the millions of elements of a long history
      -- would compare each id with all of them.
      select id from supascope.statements
      except select statement_id from supascope.statement_state
      except select unnest(statement_ids) from supascope.snapshots
    ) unused (id)`.execute(trx)
  return result.rows[0] ?? { ids: [], asOf: '' }
}

/** Deletes them under the lock of the collector, unless a snapshot has spoken of them meanwhile. */
export async function deleteStatements(trx: Trx, unused: UnusedStatements): Promise<number> {
  await sql`
    select /* supascope */ from supascope.collector where id = 1 for update`.execute(trx)
  const result = await sql`
    delete /* supascope */ from supascope.statements r
    where r.id = any(${unused.ids}::integer[])
      and not exists (select from supascope.statement_state t where t.statement_id = r.id)
      and r.id not in (
        select unnest(statement_ids) from supascope.snapshots
        where taken_at >= ${unused.asOf}::timestamptz - interval '1 minute')`.execute(trx)
  return Number(result.numAffectedRows ?? 0n)
}

export async function deleteTexts(trx: Trx): Promise<void> {
  await sql`
    delete /* supascope */ from supascope.statement_texts t
    where not exists (
      select from supascope.statements r where r.queryid = t.queryid)`.execute(trx)
}
