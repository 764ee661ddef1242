import { sql } from 'kysely'
import type { IndexFacts } from '../../facts/index.ts'
import { locked, outsideSystem, type Probe } from './probe.ts'

/** Indexes of all tables and materialized views. */
export const readIndexes: Probe<'indexes'> = async (trx) => {
  const { rows } = await sql<IndexFacts>`
    with /* supascope */ ${locked}, ${keys}, ${bound}, building as materialized (
      select distinct index_relid as oid from pg_stat_progress_create_index
    )
    select i.indexrelid::int8::float8 as oid, c.oid::int8::float8 as "tableOid",
      n.nspname as schema, c.relname as table, x.relname as name, m.amname as method,
      keys.keys, to_jsonb((i.indkey::int2[])[i.indnkeyatts:i.indnatts]) as included,
      pg_get_expr(i.indpred, i.indrelid, true) as predicate,
      i.indisunique as unique, i.indnullsnotdistinct as "nullsNotDistinct",
      not i.indimmediate as deferrable,
      i.indisprimary as primary, i.indisexclusion as exclusion,
      i.indisvalid as valid, i.indisready as ready, building.oid is not null as building,
      i.indisreplident as "replicaIdentity",
      bound.constraint, coalesce(bound.keys, 0) as "referencedBy",
      x.relkind = 'I' as partitioned,
      h.inhparent::int8::float8 as "partitionOf", e.extname as extension,
      case when x.relkind = 'I' then 0
        when l.oid is null and b.oid is null then pg_relation_size(x.oid)
        else x.relpages * current_setting('block_size')::float8 end::float8 as bytes,
      x.relpages::float8 as pages, nullif(x.reltuples, -1)::float8 as entries,
      pg_get_indexdef(x.oid) as definition
    from pg_index i
    join pg_class x on x.oid = i.indexrelid
    join pg_class c on c.oid = i.indrelid
    join pg_namespace n on n.oid = c.relnamespace
    join pg_am m on m.oid = x.relam
    join keys on keys.oid = i.indexrelid
    left join bound on bound.oid = i.indexrelid
    left join building on building.oid = i.indexrelid
    left join pg_inherits h on h.inhrelid = x.oid and x.relispartition
    left join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = c.oid
      and d.objsubid = 0 and d.deptype = 'e' and d.refclassid = 'pg_extension'::regclass
    left join pg_extension e on e.oid = d.refobjid
    left join locked l on l.oid = x.oid
    left join locked b on b.oid = c.oid
    where ${outsideSystem}
    order by x.oid`.execute(trx)
  return rows
}

/** indoption: bit 0 is DESC, bit 1 is NULLS FIRST. An index's vectors count from 0. */
const keys = sql`keys as materialized (
  select i.indexrelid as oid, jsonb_agg(jsonb_build_object(
      'column', i.indkey[k]::int,
      'text', coalesce(quote_ident(a.attname), pg_get_indexdef(i.indexrelid, k + 1, true)),
      'operatorClass', i.indclass[k]::oid::int8,
      'defaultOperatorClass', o.opcdefault,
      'collation', i.indcollation[k]::oid::int8,
      'descending', i.indoption[k] & 1 = 1,
      'nullsFirst', i.indoption[k] & 2 = 2) order by k) as keys
  from pg_index i
  cross join lateral generate_series(0, i.indnkeyatts - 1) as k
  left join pg_opclass o on o.oid = i.indclass[k]
  left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = nullif(i.indkey[k], 0)
  where i.indrelid >= 16384
  group by i.indexrelid)`

/** By the index: no index of pg_constraint leads from there to what needs it. */
const bound = sql`bound as materialized (
  select conindid as oid, min(conname) filter (where contype in ('p', 'u', 'x')) as constraint,
    count(*) filter (where contype = 'f')::int as keys
  from pg_constraint where conindid <> 0 group by conindid)`
