import { type RawBuilder, sql } from 'kysely'
import type { TableFacts } from '../../facts/index.ts'
import { locked, outsideSystem, type Probe } from './probe.ts'

/** Tables of all kinds and views, with their sizes. */
export const readTables: Probe<'tables'> = async (trx, { server }) => {
  // relallfrozen came with PostgreSQL 18.
  const frozen =
    server.versionNum >= 180_000
      ? sql`least(c.relallfrozen / nullif(c.relpages, 0)::float8, 1)`
      : sql`null::float8`
  const { rows } = await sql<TableFacts>`
    with /* supascope */ ${locked}
    select c.oid::int8::float8 as oid, n.nspname as schema, c.relname as name,
      case c.relkind when 'r' then 'table' when 'p' then 'partitioned' when 'm' then 'matview'
        when 'v' then 'view' else 'foreign' end as kind,
      pg_get_userbyid(c.relowner)::text as owner,
      c.relpersistence = 'u' as unlogged,
      (select e.extname from pg_depend d join pg_extension e on e.oid = d.refobjid
        where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'
          and d.refclassid = 'pg_extension'::regclass limit 1) as extension,
      (select i.inhparent::int8::float8 from pg_inherits i
        where c.relispartition and i.inhrelid = c.oid limit 1) as "partitionOf",
      c.relrowsecurity as rls, c.relforcerowsecurity as "forceRls",
      nullif(c.reltuples, -1)::float8 as rows,
      ${pagesOr('pg_relation_size(c.oid)', 'c.relpages')} as "heapBytes",
      ${pagesOr('coalesce(pg_indexes_size(c.oid), 0)', '0')} as "indexBytes",
      case when c.reltoastrelid = 0 then 0
        else ${pagesOr('coalesce(pg_total_relation_size(c.reltoastrelid), 0)', '0')} end as "toastBytes",
      (select coalesce(jsonb_object_agg(option_name, option_value), '{}')
        from pg_options_to_table(c.reloptions)) as options,
      exists (select from pg_publication p
        left join pg_publication_rel r on r.prpubid = p.oid and r.prrelid = c.oid
        left join pg_publication_namespace s on s.pnpubid = p.oid and s.pnnspid = n.oid
        where (p.pubupdate or p.pubdelete)
          and (p.puballtables or r.oid is not null or s.oid is not null)) as published,
      ${frozen} as "frozenShare",
      case c.relreplident when 'n' then 'nothing' when 'f' then 'full' when 'i' then 'index'
        else 'default' end as "replicaIdentity",
      case when c.relfrozenxid <> '0' then age(c.relfrozenxid) else 0 end::float8 as "xidAge",
      case when c.relminmxid <> '0' then mxid_age(c.relminmxid) else 0 end::float8 as "mxidAge"
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    left join locked l on l.oid = c.oid
    where c.relkind in ('r', 'p', 'm', 'v', 'f') and ${outsideSystem}
    order by c.oid`.execute(trx)
  return rows
}

/** A size, unless the relation is locked or has no storage. */
function pagesOr(size: string, pages: string): RawBuilder<unknown> {
  return sql`case when c.relkind not in ('r', 'm') then 0
    when l.oid is not null then ${sql.raw(pages)} * current_setting('block_size')::float8
    else ${sql.raw(size)} end::float8`
}
