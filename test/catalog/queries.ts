/** Queries of the catalog; each gives `name` and `what`. */

/** Relations of ours, without partitions. */
const relations = `(
  select c.*, c.oid::regclass::text as name from pg_catalog.pg_class c
  where c.relnamespace = 'supascope'::regnamespace and not c.relispartition
)`

/** Functions of ours, in both schemas. */
const functions = `(
  select p.*, p.oid::regprocedure::text as name from pg_catalog.pg_proc p
  where p.pronamespace in ('supascope'::regnamespace, 'public'::regnamespace)
    and not exists (
      select from pg_catalog.pg_depend d
      where d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'
    )
)`

/** Grants to others than the owner. MAINTAIN is new in 17. */
const grants = (acl: string, owner: string): string => `
  lateral (
    select g.grantee, g.privilege_type from pg_catalog.aclexplode(${acl}) g
    where g.grantee <> ${owner} and g.privilege_type <> 'MAINTAIN'
  ) g`

const grantee = `case g.grantee when 0 then 'public' else g.grantee::regrole::text end`

export const queries: Readonly<Record<string, string>> = {
  schema: `
    select n.nspname as name, pg_catalog.pg_get_userbyid(n.nspowner) as what
    from pg_catalog.pg_namespace n where n.nspname = 'supascope'`,
  relation: `
    select r.name, pg_catalog.concat_ws(' ', 'kind', r.relkind, 'persistence', r.relpersistence,
      'owner', r.relowner::regrole, case when r.relrowsecurity then 'rls' end,
      case when r.relforcerowsecurity then 'forced' end, pg_catalog.pg_get_partkeydef(r.oid),
      r.reloptions::text) as what
    from ${relations} r where r.relkind <> 'c'`,
  column: `
    select r.name || '.' || a.attname as name, pg_catalog.concat_ws(' ', a.attnum,
      pg_catalog.format_type(a.atttypid, a.atttypmod), case when a.attnotnull then 'not null' end,
      'identity ' || nullif(a.attidentity::text, ''), 'generated ' || nullif(a.attgenerated::text, ''),
      'storage ' || a.attstorage::text, 'compression ' || nullif(a.attcompression::text, ''),
      'default ' || pg_catalog.pg_get_expr(d.adbin, d.adrelid)) as what
    from ${relations} r
    join pg_catalog.pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
    left join pg_catalog.pg_attrdef d on d.adrelid = r.oid and d.adnum = a.attnum
    where r.relkind not in ('i', 'I', 'S')`,
  // 18 lists what is not null as constraints too.
  constraint: `
    select r.name || '.' || c.conname as name, pg_catalog.pg_get_constraintdef(c.oid) as what
    from ${relations} r join pg_catalog.pg_constraint c on c.conrelid = r.oid
    where c.contype <> 'n'`,
  index: `
    select r.name, pg_catalog.pg_get_indexdef(r.oid) as what
    from ${relations} r where r.relkind in ('i', 'I')`,
  sequence: `
    select r.name, pg_catalog.concat_ws(' ', s.seqtypid::regtype, 'from', s.seqstart, 'by',
      s.seqincrement, 'max', s.seqmax) as what
    from ${relations} r join pg_catalog.pg_sequence s on s.seqrelid = r.oid`,
  function: `
    select f.name, pg_catalog.concat_ws(' ', 'kind', f.prokind, 'owner', f.proowner::regrole,
      pg_catalog.pg_get_function_arguments(f.oid), 'returns',
      pg_catalog.pg_get_function_result(f.oid), 'language', l.lanname, 'volatility',
      f.provolatile, 'parallel', f.proparallel, case when f.prosecdef then 'security definer' end,
      case when f.proisstrict then 'strict' end, f.proconfig::text, 'source',
      pg_catalog.md5(f.prosrc || coalesce(pg_catalog.pg_get_function_sqlbody(f.oid), ''))) as what
    from ${functions} f join pg_catalog.pg_language l on l.oid = f.prolang`,
  aggregate: `
    select f.name, pg_catalog.concat_ws(' ', a.aggtransfn, a.aggfinalfn, a.aggcombinefn,
      a.aggtranstype::regtype, a.agginitval) as what
    from ${functions} f join pg_catalog.pg_aggregate a on a.aggfnoid = f.oid`,
  trigger: `
    select r.name || '.' || t.tgname as name, pg_catalog.pg_get_triggerdef(t.oid) as what
    from ${relations} r join pg_catalog.pg_trigger t on t.tgrelid = r.oid
    where not t.tgisinternal`,
  policy: `
    select r.name || '.' || p.polname as name, pg_catalog.concat_ws(' ', p.polcmd,
      p.polpermissive, p.polroles::regrole[], pg_catalog.pg_get_expr(p.polqual, p.polrelid),
      pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid)) as what
    from ${relations} r join pg_catalog.pg_policy p on p.polrelid = r.oid`,
  statistics: `
    select s.stxname as name, pg_catalog.pg_get_statisticsobjdef(s.oid) as what
    from pg_catalog.pg_statistic_ext s where s.stxnamespace = 'supascope'::regnamespace`,
  type: `
    select t.oid::regtype::text as name, pg_catalog.concat_ws(' ', t.typtype,
      (select pg_catalog.string_agg(e.enumlabel, ' ' order by e.enumsortorder)
       from pg_catalog.pg_enum e where e.enumtypid = t.oid)) as what
    from pg_catalog.pg_type t left join pg_catalog.pg_class c on c.oid = t.typrelid
    where t.typnamespace = 'supascope'::regnamespace and t.typcategory <> 'A'
      and (c.oid is null or c.relkind = 'c')`,
  grant: `
    select n.nspname as name, ${grantee} || ' ' || g.privilege_type as what
    from pg_catalog.pg_namespace n, ${grants('n.nspacl', 'n.nspowner')}
    where n.nspname = 'supascope'
    union all
    select r.name, ${grantee} || ' ' || g.privilege_type
    from ${relations} r, ${grants('r.relacl', 'r.relowner')}
    union all
    select f.name, ${grantee} || ' ' || g.privilege_type
    from ${functions} f,
      ${grants("coalesce(f.proacl, pg_catalog.acldefault('f', f.proowner))", 'f.proowner')}`,
  'default grant': `
    select d.defaclobjtype::text as name, ${grantee} || ' ' || g.privilege_type as what
    from pg_catalog.pg_default_acl d, ${grants('d.defaclacl', 'd.defaclrole')}
    where d.defaclnamespace = 'supascope'::regnamespace`,
  comment: `
    select pg_catalog.concat_ws('.', r.name, a.attname) as name, d.description as what
    from ${relations} r
    join pg_catalog.pg_description d
      on d.classoid = 'pg_catalog.pg_class'::regclass and d.objoid = r.oid
    left join pg_catalog.pg_attribute a
      on a.attrelid = r.oid and a.attnum = d.objsubid and d.objsubid > 0
    union all
    select f.name, d.description
    from ${functions} f
    join pg_catalog.pg_description d
      on d.classoid = 'pg_catalog.pg_proc'::regclass and d.objoid = f.oid
    union all
    select n.nspname, d.description
    from pg_catalog.pg_namespace n
    join pg_catalog.pg_description d
      on d.classoid = 'pg_catalog.pg_namespace'::regclass and d.objoid = n.oid
    where n.nspname = 'supascope'`,
}

/** Definitions of views, which the versions print differently. */
export const views: string = `
  select r.name, pg_catalog.pg_get_viewdef(r.oid) as what
  from ${relations} r where r.relkind in ('v', 'm')`
