import { sql } from 'kysely'
import type { Trx } from '../db/index.ts'
import { arrayLiteral } from './array-literal.ts'
import type { SeriesOptions } from './read-series.ts'
import { inSpan } from './read-window.sql.ts'
import type { StatementKey } from './statement-registry.sql.ts'

export interface BucketRow extends StatementKey {
  /** From 0. */
  bucket: number
  calls: number
  total_ms: number
}

/** Oldest first, statements in the order of their keys. */
export async function readBuckets(trx: Trx, options: SeriesOptions): Promise<BucketRow[]> {
  const { from, to, buckets, keys } = options
  const result = await sql<BucketRow>`
    with /* supascope */ wanted as materialized (
      select s.id, k.i, k.queryid, k.role, k.toplevel
      from unnest(
        ${arrayLiteral(keys.map(({ queryid }) => queryid))}::bigint[],
        ${keys.map(({ role }) => role)}::text[],
        ${arrayLiteral(keys.map(({ toplevel }) => toplevel))}::boolean[]
      ) with ordinality as k (queryid, role, toplevel, i)
      join supascope.statements s
        on (s.queryid, s.role_name, s.toplevel) = (k.queryid, k.role, k.toplevel)
    ), picked as materialized (
      select s.id, least(${buckets} - 1, greatest(0, floor(${buckets} * extract(epoch from
          s.interval_from + (s.taken_at - s.interval_from) / 2 - ${from}::timestamptz)
        / extract(epoch from ${to}::timestamptz - ${from}::timestamptz))))::integer as bucket
      from supascope.snapshots s
      where ${inSpan(options)}
    ), element as (
      select picked.bucket, unnest(s.statement_ids) as id, unnest(s.calls) as calls,
        unnest(s.total_ms) as total_ms
      from picked join supascope.snapshots s using (id)
    ), total as (
      select bucket, id, sum(calls::double precision) as calls, sum(total_ms) as total_ms
      from element where id in (select id from wanted) group by bucket, id
    )
    select b.bucket, w.queryid::text, w.role, w.toplevel,
      coalesce(total.calls, 0) as calls, coalesce(total.total_ms, 0) as total_ms
    from (select distinct bucket from picked) b
    cross join wanted w
    left join total on total.bucket = b.bucket and total.id = w.id
    order by b.bucket, w.i`.execute(trx)
  return result.rows
}
