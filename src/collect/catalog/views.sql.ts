import { sql } from 'kysely'
import type { ViewFacts } from '../../facts/index.ts'
import { outsideSystem, type Probe } from './probe.ts'

/** Views, and the relations that each one's query names. */
export const readViews: Probe<'views'> = async (trx) => {
  const { rows } = await sql<ViewFacts>`
    select /* supascope */ c.oid::int8::float8 as oid, n.nspname as schema, c.relname as name,
      c.relkind = 'm' as materialized,
      (select e.extname from pg_depend d join pg_extension e on e.oid = d.refobjid
        where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'
          and d.refclassid = 'pg_extension'::regclass limit 1) as extension,
      coalesce((select jsonb_agg(distinct d.refobjid::int8)
        from pg_rewrite r
        join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
          and d.refclassid = 'pg_class'::regclass and d.refobjid <> c.oid
        where r.ev_class = c.oid), '[]') as reads
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('v', 'm') and ${outsideSystem}
    order by c.oid`.execute(trx)
  return rows
}
