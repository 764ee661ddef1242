-- Nobody but the owner has anything to do with the schema supascope. Everything is enumerated from
-- the catalog, so that what later migrations add is held as well.
begin;
create extension if not exists pgtap with schema extensions;
set local search_path = extensions, pg_catalog;

-- Who must stay outside: every role that is neither superuser nor owner, and PUBLIC.
create temp view outsiders as
  select rolname::text as role, pg_has_role(oid, 'pg_read_all_data', 'usage') as reads_all
  from pg_roles
  where not rolsuper
    and rolname not like 'pg\_%'
    and not pg_has_role(
      oid, (select nspowner from pg_namespace where nspname = 'supascope'), 'member')
  union all
  select 'public', false;

create temp view relations as
  select oid, relname, relkind from pg_class
  where relnamespace = 'supascope'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'f');

create temp view sequences as
  select oid, relname from pg_class
  where relnamespace = 'supascope'::regnamespace and relkind = 'S';

create temp view functions as
  select oid, oid::regprocedure::text as name, proconfig from pg_proc
  where pronamespace = 'supascope'::regnamespace;

-- The SQLSTATE that a statement fails with as a role; null if it works.
create function pg_temp.failure(role text, statement text) returns text language plpgsql as $$
begin
  execute format('set local role %I', role);
  execute statement;
  reset role;
  return null;
exception when others then
  return sqlstate;
end
$$;

select * from no_plan();

select is_empty(
  $$values ('anon'), ('authenticated'), ('service_role'), ('authenticator'), ('public')
    except select role from outsiders$$,
  'the roles of the API are outsiders');
select isnt_empty('select from relations', 'there are tables to hold');
select isnt_empty('select from sequences', 'there are sequences to hold');

select is_empty(
  $$select role, privilege from outsiders, unnest(array['usage', 'create']) as privilege
    where has_schema_privilege(role, 'supascope', privilege)
      and not (reads_all and privilege = 'usage')$$,
  'no outsider may use the schema or create in it');

select is_empty(
  $$select role, relname, privilege from outsiders, relations,
      unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger'])
        as privilege
    where has_table_privilege(role, oid, privilege)
      and not (reads_all and privilege = 'select')$$,
  'no outsider has a privilege on a table or view');

select is_empty(
  $$select role, relname, privilege from outsiders, relations,
      unnest(array['select', 'insert', 'update', 'references']) as privilege
    where has_any_column_privilege(role, oid, privilege)
      and not (reads_all and privilege = 'select')$$,
  'no outsider has a privilege on a column');

select is_empty(
  $$select role, relname, privilege from outsiders, sequences,
      unnest(array['usage', 'select', 'update']) as privilege
    where has_sequence_privilege(role, oid, privilege)
      and not (reads_all and privilege = 'select')$$,
  'no outsider has a privilege on a sequence');

select is_empty(
  $$select role, name from outsiders, functions where has_function_privilege(role, oid, 'execute')$$,
  'no outsider may call a function');

select is_empty(
  $$select relname from relations join pg_class using (oid, relname, relkind)
    where relkind in ('r', 'p') and not relrowsecurity$$,
  'every table has row level security');

select is_empty(
  $$select relname, polname from pg_policy join relations on relations.oid = polrelid
    where pg_get_expr(coalesce(polqual, polwithcheck), polrelid) is distinct from 'false'$$,
  'no table has a policy that would let someone in');

select is_empty(
  $$select name from functions
    where not exists (select from unnest(proconfig) as setting where setting like 'search\_path=%')$$,
  'every function has a fixed search_path');

select is_empty(
  $$select relname from relations join pg_class using (oid, relname, relkind)
    where relkind = 'v'
      and not coalesce(reloptions && array['security_invoker=true', 'security_invoker=on'], false)$$,
  'every view reads with the rights of its reader');

select is_empty(
  $$select role, relname, statement
    from unnest(array['anon', 'authenticated', 'service_role']) as role,
      relations,
      unnest(array['select from', 'delete from', 'truncate']) as statement
    where pg_temp.failure(role, format('%s supascope.%I', statement, relname))
      is distinct from '42501'$$,
  'the roles of the API are refused when they try');

select is_empty(
  $$select defaclobjtype, defaclacl from pg_default_acl
    where defaclnamespace = 'supascope'::regnamespace$$,
  'no default privilege opens what is yet to come');

select * from finish();
rollback;
