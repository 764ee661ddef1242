import { sql } from 'kysely'
import type { TriggerFacts } from '../../facts/index.ts'
import { outsideSystem, type Probe } from './probe.ts'

/** Triggers that users made, with what their functions do and took. */
export const readTriggers: Probe<'triggers'> = async (trx) => {
  const { rows } = await sql<TriggerFacts>`
    select /* supascope */ t.oid::int8::float8 as oid, c.oid::int8::float8 as "tableOid",
      n.nspname as schema, c.relname as table, t.tgname as name, t.tgenabled <> 'D' as enabled,
      -- Bits of tgtype, as catalog/pg_trigger.h numbers them.
      case when t.tgtype & 2 > 0 then 'before' when t.tgtype & 64 > 0 then 'instead of'
        else 'after' end as timing,
      to_jsonb(array_remove(array[case when t.tgtype & 4 > 0 then 'insert' end,
        case when t.tgtype & 16 > 0 then 'update' end, case when t.tgtype & 8 > 0 then 'delete' end,
        case when t.tgtype & 32 > 0 then 'truncate' end], null)) as events,
      t.tgtype & 1 > 0 as "eachRow",
      t.tgqual is not null or cardinality(t.tgattr::int2[]) > 0 as conditional,
      (select e.extname from pg_depend d join pg_extension e on e.oid = d.refobjid
        where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'
          and d.refclassid = 'pg_extension'::regclass limit 1) as extension,
      jsonb_build_object('oid', p.oid::int8, 'schema', fn.nspname, 'name', p.proname,
        'language', l.lanname, 'source', p.prosrc, 'calls', u.calls, 'totalMs', u.total_time)
        as function
    from pg_trigger t
    join pg_class c on c.oid = t.tgrelid
    join pg_namespace n on n.oid = c.relnamespace
    join pg_proc p on p.oid = t.tgfoid
    join pg_namespace fn on fn.oid = p.pronamespace
    join pg_language l on l.oid = p.prolang
    left join pg_stat_user_functions u on u.funcid = p.oid
    where not t.tgisinternal and t.tgparentid = 0 and ${outsideSystem}
    order by t.oid`.execute(trx)
  return rows
}
