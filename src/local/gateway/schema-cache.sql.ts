/** What the gateway asks the catalogs, as the role authenticator, when it starts. */

export const tablesSql: string = `
  select c.relname as name,
    coalesce((
      select json_agg(json_build_object(
        'name', a.attname,
        'type', pg_catalog.format_type(a.atttypid, a.atttypmod),
        'default', case
          when a.attidentity <> '' then pg_catalog.format(
            'nextval(%L)', pg_catalog.pg_get_serial_sequence(c.oid::regclass::text, a.attname))
          when a.attgenerated = '' then pg_catalog.pg_get_expr(d.adbin, d.adrelid)
        end
      ) order by a.attnum)
      from pg_catalog.pg_attribute a
      left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    ), '[]') as columns,
    coalesce((
      select json_agg(a.attname order by k.position)
      from pg_catalog.pg_constraint p
      cross join unnest(p.conkey) with ordinality k(attnum, position)
      join pg_catalog.pg_attribute a on a.attrelid = p.conrelid and a.attnum = k.attnum
      where p.conrelid = c.oid and p.contype = 'p'
    ), '[]') as "primaryKey"
  from pg_catalog.pg_class c
  where c.relnamespace = $1::regnamespace and c.relkind in ('r', 'v', 'm', 'f', 'p')`

export const relationshipsSql: string = `
  select k.conname as constraint, t.relname as table, f.relname as target,
    (
      select json_agg(a.attname order by u.position)
      from unnest(k.conkey) with ordinality u(attnum, position)
      join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.attnum
    ) as columns,
    (
      select json_agg(a.attname order by u.position)
      from unnest(k.confkey) with ordinality u(attnum, position)
      join pg_catalog.pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.attnum
    ) as "targetColumns",
    exists (
      select from pg_catalog.pg_index i
      where i.indrelid = k.conrelid and i.indisunique and i.indpred is null
        and i.indkey::smallint[] <@ k.conkey
    ) as unique
  from pg_catalog.pg_constraint k
  join pg_catalog.pg_class t on t.oid = k.conrelid
  join pg_catalog.pg_class f on f.oid = k.confrelid
  where k.contype = 'f' and t.relnamespace = $1::regnamespace and f.relnamespace = $1::regnamespace
  order by k.conname`

export const functionsSql: string = `
  select p.proname as name,
    coalesce((
      select json_agg(json_build_object(
        'name', a.name,
        'type', pg_catalog.format_type(a.type, null),
        'optional', a.position > p.pronargs - p.pronargdefaults
      ) order by a.position)
      from rows from (unnest(p.proargnames[1:p.pronargs]), unnest(p.proargtypes::oid[]))
        with ordinality a(name, type, position)
      where coalesce(a.name, '') <> ''
    ), '[]') as parameters,
    case
      when p.prorettype = 'void'::regtype then 'void'
      when r.typtype = 'c' or p.prorettype = 'record'::regtype
        then case when p.proretset then 'rows' else 'row' end
      when p.proretset then 'set of scalar'
      else 'scalar'
    end as returns,
    (
      select c.relname from pg_catalog.pg_class c
      where c.oid = r.typrelid and c.relnamespace = p.pronamespace
    ) as table,
    p.provolatile = 'v' as volatile,
    (
      select substr(c, 19) from unnest(p.proconfig) c where c like 'statement_timeout=%'
    ) as "statementTimeout"
  from pg_catalog.pg_proc p
  join pg_catalog.pg_type r on r.oid = p.prorettype
  where p.pronamespace = $1::regnamespace and p.prokind = 'f'
    and (p.proargmodes is null or p.proargmodes <@ array['i', 't']::"char"[])`

/** Settings of the roles that authenticator may become, without those it may not set. */
export const roleSettingsSql: string = `
  select r.rolname as role, json_object_agg(s.name, split.value) as settings
  from pg_catalog.pg_auth_members m
  join pg_catalog.pg_roles r on r.oid = m.roleid
  cross join unnest(r.rolconfig) setting
  cross join lateral (
    select substr(setting, 1, strpos(setting, '=') - 1) as name,
      substr(setting, strpos(setting, '=') + 1) as value
  ) split
  join pg_catalog.pg_settings s on s.name = split.name
  where m.member = current_user::regrole
    and (s.context = 'user' or has_parameter_privilege(current_user::text, s.name, 'set'))
  group by r.rolname`
