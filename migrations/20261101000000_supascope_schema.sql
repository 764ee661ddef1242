-- Supascope: its schema and the ledger of its migrations.
--
-- Each file of this folder is one guarded block that first claims its own name in the ledger. The
-- Supabase CLI, `supascope migrate` and psql can all apply it, in any order and at once: whoever
-- comes second does nothing.

do /* supascope */ $migration$
begin
  perform pg_advisory_xact_lock(hashtextextended('supascope.schema_migrations', 0));

  -- Not to_regclass(): while this session waited for the lock, what it had looked up before stays
  -- cached; reading the catalog sees what the other installer has committed.
  if exists (
    select from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'supascope' and c.relname = 'schema_migrations'
  ) then
    return;
  end if;

  create schema if not exists supascope;
  comment on schema supascope is 'Supascope: observability for this project. Not exposed through the API.';
  revoke all on schema supascope from public;

  create function supascope.close_table(target regclass) returns void
  language plpgsql
  set search_path = ''
  as $function$
  begin
    execute format('alter table %s enable row level security', target);
    execute format('revoke all on %s from public', target);
    -- Without a policy nobody gets in already. Saying it spares every project a remark of
    -- Supabase's advisors for each of our tables. Plain Postgres does not have these roles.
    if to_regrole('anon') is not null and to_regrole('authenticated') is not null then
      execute format('create policy closed_to_api on %s to anon, authenticated using (false)', target);
    end if;
  end
  $function$;
  revoke all on function supascope.close_table(regclass) from public;
  comment on function supascope.close_table(regclass) is
    'Called once for each new table of ours: nobody but its owner and those who were let in on purpose may use it.';

  create table supascope.schema_migrations (
    name text primary key,
    breaking boolean not null,
    applied_at timestamptz not null default now()
  );
  comment on table supascope.schema_migrations is
    'Which migrations of Supascope this database has, whoever applied them. A program older than a breaking one refuses to work.';
  perform supascope.close_table('supascope.schema_migrations');

  insert into supascope.schema_migrations (name, breaking)
  values ('20261101000000_supascope_schema', false);
end
$migration$;
