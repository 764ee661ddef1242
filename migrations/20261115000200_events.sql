-- Raw events: slim rows, one partition a day, no key; and the batches that brought them.

do $migration$
begin
  perform pg_advisory_xact_lock(hashtextextended('supascope.schema_migrations', 0));

  insert into supascope.schema_migrations (name, breaking)
  values ('20261115000200_events', false)
  on conflict do nothing;
  if not found then
    return;
  end if;

  create table supascope.batches (
    id uuid primary key,
    position bigint not null,
    received_at timestamptz not null default now(),
    -- Entries taken, and the raw rows that they became.
    accepted integer not null,
    raw_rows integer not null,
    dropped bigint not null default 0,
    reasons jsonb
  );
  create index on supascope.batches using brin (position) with (pages_per_range = 8, autosummarize = on);
  comment on table supascope.batches is
    'Batches already taken: one that comes again counts once. Kept longer than senders retry.';

  -- The order of columns leaves no gaps: 76 bytes a row with a trace, 60 without.
  create table supascope.performance_logs (
    ts timestamptz not null,
    position bigint not null default supascope.ingest_position(),
    dim_id integer not null,
    value real not null,
    weight integer not null default 1,
    flags smallint not null default 0,
    trace uuid,
    attrs jsonb
  ) partition by range (ts);
  create index on supascope.performance_logs using brin (ts) with (pages_per_range = 32, autosummarize = on);
  create index on supascope.performance_logs using brin (position) with (pages_per_range = 32, autosummarize = on);
  comment on table supascope.performance_logs is 'Timings of functions, spans, API calls and load tests, in ms.';

  create table supascope.web_vitals (like supascope.performance_logs including defaults) partition by range (ts);
  create index on supascope.web_vitals using brin (ts) with (pages_per_range = 32, autosummarize = on);
  create index on supascope.web_vitals using brin (position) with (pages_per_range = 32, autosummarize = on);
  comment on table supascope.web_vitals is 'Web Vitals: ms, CLS as it is.';

  comment on column supascope.performance_logs.weight is
    'How many events the row stands for. Negative: takes an earlier row back that a later report replaced.';
  comment on column supascope.web_vitals.weight is
    'How many events the row stands for. Negative: takes an earlier row back that a later report replaced.';
  comment on column supascope.performance_logs.flags is 'Bit 0: failed.';
  comment on column supascope.web_vitals.flags is 'Bit 0: failed.';

  -- The last report of each vital that may be reported again, as long as it may be.
  create table supascope.vital_reports (
    key uuid primary key,
    ts timestamptz not null,
    dim_id integer not null,
    value real not null,
    weight integer not null,
    sequence integer not null,
    sample smallint not null,
    flags smallint not null
  );
  create index on supascope.vital_reports using brin (ts) with (pages_per_range = 8, autosummarize = on);
  comment on table supascope.vital_reports is
    'What a later report of the same vital has to take back. Two days of them are kept.';

  create function supascope.is_managed_by_partman(parent text) returns boolean
  language plpgsql stable set search_path = ''
  as $function$
  declare
    home constant text := (
      select n.nspname from pg_catalog.pg_extension e
      join pg_catalog.pg_namespace n on n.oid = e.extnamespace
      where e.extname = 'pg_partman');
    managed boolean := false;
  begin
    if home is not null then
      execute format('select exists (select from %I.part_config c where c.parent_table = $1)', home)
      into managed using 'supascope.' || parent;
    end if;
    return managed;
  exception when insufficient_privilege or undefined_table then
    return false;
  end
  $function$;
  comment on function supascope.is_managed_by_partman(text) is
    'Whether the project has handed a table to pg_partman: then our own partition jobs leave it alone.';

  create function supascope.partition_name(parent text, day date) returns text
  language sql stable set search_path = ''
  as $function$
    select parent || '_p' || to_char(day, 'YYYYMMDD')
  $function$;

  create function supascope.ensure_partitions(parent text, first_day date, last_day date, days integer default 1)
  returns integer
  language plpgsql set search_path = ''
  as $function$
  declare
    day date;
    child text;
    made integer := 0;
  begin
    -- Partitions of several days begin at multiples of so many days since 2000-01-03, a Monday.
    for day in
      select distinct d::date - (d::date - date '2000-01-03') % days
      from generate_series(first_day::timestamp, last_day::timestamp, '1 day') d
      order by 1
    loop
      child := supascope.partition_name(parent, day);
      continue when to_regclass('supascope.' || child) is not null;
      exit when supascope.is_managed_by_partman(parent);
      perform pg_advisory_xact_lock(hashtextextended('supascope.partitions', 0));
      -- Not to_regclass(): what it found before the wait for the lock may still be cached.
      continue when exists (
        select from pg_catalog.pg_class c
        where c.relname = child and c.relnamespace = 'supascope'::regnamespace
      );
      -- Attached, not created as a partition: that would lock out whoever reads or writes.
      execute format('create table supascope.%I (like supascope.%I including defaults including constraints including storage)', child, parent);
      perform supascope.close_table(('supascope.' || quote_ident(child))::regclass);
      execute format(
        'alter table supascope.%I attach partition supascope.%I for values from (%L) to (%L)',
        parent, child, to_char(day, 'YYYY-MM-DD 00:00:00+00'), to_char(day + days, 'YYYY-MM-DD 00:00:00+00'));
      made := made + 1;
    end loop;
    return made;
  end
  $function$;
  comment on function supascope.ensure_partitions(text, date, date, integer) is
    'Makes the partitions that the days need and that are not there; says how many.';

  perform supascope.close_table('supascope.batches');
  perform supascope.close_table('supascope.performance_logs');
  perform supascope.close_table('supascope.web_vitals');
  perform supascope.close_table('supascope.vital_reports');
  perform supascope.lock_down();
end
$migration$;
