import { sql } from 'kysely'
import type { IndexFacts } from '../../facts/index.ts'
import { locked, outsideSystem, type Probe } from './probe.ts'

/** Indexes of all tables and materialized views. */
export const readIndexes: Probe<'indexes'> = async (trx) => {
  const { rows } = await sql<IndexFacts>`
    with /* supascope */ ${locked}
    select i.indexrelid::int8::float8 as oid, c.oid::int8::float8 as "tableOid",
      n.nspname as schema, c.relname as table, x.relname as name, m.amname as method,
      ${keys} as keys,
      (select coalesce(jsonb_agg(attnum::int order by place), '[]')
        from unnest(i.indkey::int2[]) with ordinality as k (attnum, place)
        where place > i.indnkeyatts) as included,
      pg_get_expr(i.indpred, i.indrelid, true) as predicate,
      i.indisunique as unique, i.indnullsnotdistinct as "nullsNotDistinct",
      i.indisprimary as primary, i.indisexclusion as exclusion,
      i.indisvalid as valid, i.indisready as ready,
      exists (select from pg_stat_progress_create_index p
        where p.index_relid = i.indexrelid) as building,
      i.indisreplident as "replicaIdentity",
      (select k.conname from pg_constraint k where k.conindid = i.indexrelid
        and k.contype in ('p', 'u', 'x') limit 1) as constraint,
      (select count(*)::int from pg_constraint k
        where k.conindid = i.indexrelid and k.contype = 'f') as "referencedBy",
      x.relkind = 'I' as partitioned,
      (select h.inhparent::int8::float8 from pg_inherits h
        where x.relispartition and h.inhrelid = x.oid limit 1) as "partitionOf",
      (select e.extname from pg_depend d join pg_extension e on e.oid = d.refobjid
        where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'
          and d.refclassid = 'pg_extension'::regclass limit 1) as extension,
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
    left join locked l on l.oid = x.oid
    left join locked b on b.oid = c.oid
    where ${outsideSystem}
    order by x.oid`.execute(trx)
  return rows
}

/** indoption: bit 0 is DESC, bit 1 is NULLS FIRST. */
const keys = sql`(select jsonb_agg(jsonb_build_object(
    'column', i.indkey[k]::int,
    'text', pg_get_indexdef(i.indexrelid, k + 1, true),
    'operatorClass', i.indclass[k]::oid::int8,
    'defaultOperatorClass', (select o.opcdefault from pg_opclass o where o.oid = i.indclass[k]),
    'collation', i.indcollation[k]::oid::int8,
    'descending', i.indoption[k] & 1 = 1,
    'nullsFirst', i.indoption[k] & 2 = 2) order by k)
  from generate_series(0, i.indnkeyatts - 1) as k)`
