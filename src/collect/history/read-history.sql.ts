import { sql } from 'kysely'
import type { Trx } from '../../db/index.ts'
import { arrayLiteral } from '../array-literal.ts'
import type { StatementKey } from '../statement-registry.sql.ts'

/** Parts of the history: fine lately, by the hour before. */
const historyShape = { days: 35, fineHours: 48, fineMinutes: 15 } as const

export interface BucketRow {
  /** From 0, oldest first. */
  bucket: number
  /** ms since 1970. */
  at: number
  /** Length that was watched, ms. */
  width: number
}

/** Buckets of one statement as parallel arrays; those in which it did nothing are missing. */
export interface StatementRow extends StatementKey {
  buckets: number[]
  calls: number[]
  total_ms: number[]
  rows: number[]
}

/** The stretches that were watched, oldest first. */
export async function readHistoryBuckets(trx: Trx, to: Date): Promise<BucketRow[]> {
  const result = await sql<BucketRow>`
    with /* supascope */ ${picked(to)}
    select (row_number() over (order by bucket) - 1)::integer as bucket,
      extract(epoch from min(interval_from))::double precision * 1000 as at,
      extract(epoch from sum(taken_at - interval_from))::double precision * 1000 as width
    from picked group by picked.bucket order by picked.bucket`.execute(trx)
  return result.rows
}

/**
 * What the statements did in them. The arrays of a snapshot are unnested in the select list: in
 * `from` each would become a table of its own first.
 */
export async function readHistoryRows(
  trx: Trx,
  to: Date,
  keys: readonly StatementKey[],
): Promise<StatementRow[]> {
  const result = await sql<StatementRow>`
    with /* supascope */ wanted as materialized (
      select s.id, k.queryid, k.role, k.toplevel
      from unnest(
        ${arrayLiteral(keys.map(({ queryid }) => queryid))}::bigint[],
        ${keys.map(({ role }) => role)}::text[],
        ${arrayLiteral(keys.map(({ toplevel }) => toplevel))}::boolean[]
      ) as k (queryid, role, toplevel)
      join supascope.statements s
        on (s.queryid, s.role_name, s.toplevel) = (k.queryid, k.role, k.toplevel)
    ), ${picked(to)}, numbered as materialized (
      select id, dense_rank() over (order by bucket) - 1 as bucket from picked
    ), element as (
      select numbered.bucket, unnest(s.statement_ids) as id, unnest(s.calls) as calls,
        unnest(s.total_ms) as total_ms, unnest(s.rows) as rows
      from numbered join supascope.snapshots s using (id)
    ), total as (
      select bucket, id, sum(calls::double precision) as calls, sum(total_ms) as total_ms,
        sum(rows::double precision) as rows
      from element where id in (select id from wanted) group by bucket, id
    )
    select w.queryid::text, w.role, w.toplevel, array_agg(t.bucket::integer) as buckets,
      array_agg(coalesce(t.calls, 0)) as calls, array_agg(coalesce(t.total_ms, 0)) as total_ms,
      array_agg(coalesce(t.rows, 0)) as rows
    from total t join wanted w using (id)
    group by w.id, w.queryid, w.role, w.toplevel`.execute(trx)
  return result.rows
}

/** An interval counts for the bucket in which its middle lies. */
function picked(to: Date) {
  const { days, fineHours, fineMinutes } = historyShape
  return sql`picked as materialized (
      select id, interval_from, taken_at,
        case when taken_at > ${to}::timestamptz - ${fineHours} * interval '1 hour'
          then date_bin(${fineMinutes} * interval '1 minute', middle, 'epoch')
          else date_bin('1 hour', middle, 'epoch') end as bucket
      from (
        select id, interval_from, taken_at,
          interval_from + (taken_at - interval_from) / 2 as middle
        from supascope.snapshots
        where interval_from is not null and taken_at <= ${to}::timestamptz
          and taken_at > ${to}::timestamptz - ${days} * interval '1 day'
      ) s
    )`
}
