import { sql } from 'kysely'
import type { RoutineFacts } from '../../facts/index.ts'
import { outsideSystem, type Probe } from './probe.ts'

/** Functions, procedures and aggregates, and whether the API's roles may call them. */
export const readRoutines: Probe<'routines'> = async (trx) => {
  const { rows } = await sql<RoutineFacts>`
    with /* supascope */ made as materialized (
      select d.objid, e.extname from pg_depend d join pg_extension e on e.oid = d.refobjid
      where d.classid = 'pg_proc'::regclass and d.deptype = 'e'
        and d.refclassid = 'pg_extension'::regclass
    )
    select c.oid::int8::float8 as oid, n.nspname as schema, c.proname as name,
      oidvectortypes(c.proargtypes) as arguments,
      (c.pronargs - c.pronargdefaults)::int as "argumentsMin",
      case when c.provariadic <> 0 then 100 else c.pronargs end::int as "argumentsMax",
      case c.prokind when 'p' then 'procedure' when 'a' then 'aggregate' when 'w' then 'window'
        else 'function' end as kind,
      l.lanname as language,
      case c.provolatile when 'i' then 'immutable' when 's' then 'stable'
        else 'volatile' end as volatility,
      c.prosecdef as "securityDefiner",
      (select substr(setting, length('search_path=') + 1) from unnest(c.proconfig) as setting
        where setting like 'search\\_path=%') as "searchPath",
      c.prosqlbody is not null as "boundBody",
      c.prorettype in ('trigger'::regtype, 'event_trigger'::regtype) as trigger,
      c.proretset as "returnsSet", made.extname as extension,
      pg_get_userbyid(c.proowner)::text as owner,
      (select coalesce(jsonb_agg(r.rolname order by r.rolname), '[]') from pg_roles r
        where r.rolname in ('anon', 'authenticated')
          and has_schema_privilege(r.oid, n.oid, 'usage')
          and has_function_privilege(r.oid, c.oid, 'execute')) as "executableBy"
    from pg_proc c
    join pg_namespace n on n.oid = c.pronamespace
    join pg_language l on l.oid = c.prolang
    left join made on made.objid = c.oid
    where ${outsideSystem}
    order by c.oid`.execute(trx)
  return rows
}
