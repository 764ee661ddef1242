import { sql } from 'kysely'
import type { SequenceFacts } from '../../facts/index.ts'
import { outsideSystem, type Probe } from './probe.ts'

/** Sequences, how far they are, and the column that each one fills. */
export const readSequences: Probe<'sequences'> = async (trx) => {
  const { rows } = await sql<SequenceFacts>`
    with /* supascope */ busy as materialized (
      -- Asking for the last value takes the lock that nextval() takes.
      select relation as oid from pg_locks where locktype = 'relation' and relation is not null
        and mode in ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
    ), used as (
      -- By ownership (serial), as part of the column (identity), or named by a default.
      select d.objid as sequence, d.refobjid as "table", d.refobjsubid as number, d.deptype, 1 as rank
      from pg_depend d
      where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass
        and d.deptype in ('a', 'i') and d.refobjsubid > 0
      union all
      select d.refobjid, f.adrelid, f.adnum, 'n', 2
      from pg_depend d
      join pg_attrdef f on d.classid = 'pg_attrdef'::regclass and f.oid = d.objid
      where d.refclassid = 'pg_class'::regclass and d.deptype = 'n'
    ), owner as (
      select distinct on (u.sequence) u.sequence, u.deptype = 'i' as identity, t.oid as "tableOid",
        n.nspname as schema, t.relname as "table", a.attname as name, y.typname as "typeName"
      from used u
      join pg_class t on t.oid = u."table"
      join pg_namespace n on n.oid = t.relnamespace
      join pg_attribute a on a.attrelid = t.oid and a.attnum = u.number
      join pg_type y on y.oid = a.atttypid
      order by u.sequence, u.rank, t.relispartition, t.oid
    )
    select c.oid::int8::float8 as oid, n.nspname as schema, c.relname as name,
      (select e.extname from pg_depend d join pg_extension e on e.oid = d.refobjid
        where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'
          and d.refclassid = 'pg_extension'::regclass limit 1) as extension,
      case when b.oid is null and has_sequence_privilege(c.oid, 'select, usage')
          and (c.relpersistence = 'p' or not pg_is_in_recovery())
        then pg_sequence_last_value(c.oid) end::float8 as "lastValue",
      s.seqmin::float8 as "minValue", s.seqmax::float8 as "maxValue",
      s.seqincrement::float8 as increment, s.seqcycle as cycles,
      case when o.sequence is not null then jsonb_build_object(
        'tableOid', o."tableOid"::int8, 'schema', o.schema, 'table', o."table", 'name', o.name,
        'typeName', o."typeName", 'identity', o.identity) end as column
    from pg_sequence s
    join pg_class c on c.oid = s.seqrelid
    join pg_namespace n on n.oid = c.relnamespace
    left join (select distinct oid from busy) b on b.oid = c.oid
    left join owner o on o.sequence = c.oid
    where ${outsideSystem}
    order by c.oid`.execute(trx)
  return rows
}
