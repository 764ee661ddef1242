-- Storage: its settings, and the order in which transactions come to an end.

do $migration$
begin
  perform pg_advisory_xact_lock(hashtextextended('supascope.schema_migrations', 0));

  insert into supascope.schema_migrations (name, breaking)
  values ('20261115000000_storage_settings', false)
  on conflict do nothing;
  if not found then
    return;
  end if;

  create table supascope.settings (
    id smallint primary key default 1 check (id = 1),
    -- Events may be two days late, and their partition has to be there still.
    performance_logs_days integer not null default 7 check (performance_logs_days between 3 and 400),
    web_vitals_days integer not null default 7 check (web_vitals_days between 3 and 400),
    batches_days integer not null default 3 check (batches_days between 1 and 30),
    minutes_days integer not null default 3 check (minutes_days between 3 and 60),
    -- A day is made from its hours, up to two days late.
    hours_days integer not null default 30 check (hours_days between 7 and 400),
    days_days integer not null default 400 check (days_days between 30 and 4000),
    dimension_cap integer not null default 10000 check (dimension_cap between 10 and 100000),
    size_ceiling_bytes bigint not null default 1073741824 check (size_ceiling_bytes >= 16777216),
    raw_sample integer not null default 1 check (raw_sample in (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024))
  );
  insert into supascope.settings default values;
  comment on table supascope.settings is 'One row: how long each kind of data is kept, and what may never be exceeded.';
  comment on column supascope.settings.dimension_cap is
    'Label sets of each kind; those beyond count as __other__, so the size of the roll-ups is bounded.';
  comment on column supascope.settings.size_ceiling_bytes is
    'For everything in the schema supascope. Beyond it raw events are sampled harder; roll-ups stay unbiased.';
  comment on column supascope.settings.raw_sample is
    'One raw event in this many is kept, its weight raised by as much. Set by the retention job.';

  -- A position is a transaction id in the order of this schema's whole life. Ids of a logically
  -- restored database come from another counter, so each new cluster gets an offset beyond all
  -- ids of the one before: what is in the tables keeps its place, and nothing is rewritten.
  create table supascope.cluster (
    id smallint primary key default 1 check (id = 1),
    system_identifier bigint,
    position_offset bigint not null default 0
  );
  insert into supascope.cluster default values;
  comment on table supascope.cluster is
    'Which server the transaction ids are from. A logical restore is seen by its system identifier.';

  create function supascope.system_identifier() returns bigint
  language plpgsql stable set search_path = ''
  as $function$
  begin
    return (select c.system_identifier from pg_catalog.pg_control_system() c);
  exception when insufficient_privilege then
    return null;
  end
  $function$;

  create function supascope.adopt_cluster() returns boolean
  language plpgsql set search_path = ''
  as $function$
  declare
    here constant bigint := supascope.system_identifier();
  begin
    if here is null or here is not distinct from (select c.system_identifier from supascope.cluster c) then
      return false;
    end if;
    -- 2^44 transactions are more than a server gets through; 2^19 restores fit.
    update supascope.cluster c
    set position_offset = case
        when c.system_identifier is null then c.position_offset
        else c.position_offset + 17592186044416
      end,
      system_identifier = here
    where c.system_identifier is distinct from here;
    return found;
  end
  $function$;
  comment on function supascope.adopt_cluster() is 'Notices a logical restore; true if there was one to notice.';

  create function supascope.ingest_position() returns bigint
  language sql stable set search_path = ''
  as $function$
    select c.position_offset + pg_current_xact_id()::text::bigint from supascope.cluster c
  $function$;
  comment on function supascope.ingest_position() is 'The position of this transaction.';

  create function supascope.horizon() returns bigint
  language sql stable set search_path = ''
  as $function$
    select c.position_offset + pg_snapshot_xmin(pg_current_snapshot())::text::bigint
    from supascope.cluster c
  $function$;
  comment on function supascope.horizon() is
    'Every transaction with a lower position has ended: what it wrote is visible, and no more will come.';

  create table supascope.watermarks (
    source text primary key,
    position bigint not null default 0,
    moved_at timestamptz not null default now(),
    rows_consumed bigint not null default 0,
    rows_expected bigint not null default 0
  );
  insert into supascope.watermarks (source) values ('events'), ('minutes');
  comment on table supascope.watermarks is
    'Up to which position the rows of a source are rolled up; its row is the lock of the one who does it.';

  create function supascope.lock_down() returns void
  language plpgsql set search_path = ''
  as $function$
  declare
    grantees oid[] := array[0::oid] || array(
      select r.oid from pg_catalog.pg_roles r where r.rolname in ('anon', 'authenticated'));
    named constant text := 'public' || coalesce((
      select string_agg(', ' || quote_ident(r.rolname), '' order by r.rolname)
      from pg_catalog.pg_roles r where r.rolname in ('anon', 'authenticated')), '');
    granted text;
  begin
    -- Only what is really granted: writing the rights of a table anew would meet a job that makes
    -- its next partition at this moment.
    for granted in
      select format('%s %s', case c.relkind when 'S' then 'sequence' else 'table' end, c.oid::regclass)
      from pg_catalog.pg_class c
      where c.relnamespace = 'supascope'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
        and exists (select from aclexplode(c.relacl) a where a.grantee = any (grantees))
      union all
      select format('routine %s', p.oid::regprocedure)
      from pg_catalog.pg_proc p
      where p.pronamespace = 'supascope'::regnamespace
        and exists (select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
          where a.grantee = any (grantees))
    loop
      execute format('revoke all on %s from %s', granted, named);
    end loop;
  end
  $function$;
  comment on function supascope.lock_down() is
    'Takes back what default privileges may have given to the roles of the API.';

  perform supascope.close_table('supascope.settings');
  perform supascope.close_table('supascope.cluster');
  perform supascope.close_table('supascope.watermarks');
  perform supascope.adopt_cluster();
  perform supascope.lock_down();
end
$migration$;
