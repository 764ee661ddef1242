-- Retention: partitions made ahead and dropped, everything else in bounded steps, and the ceiling.

do $migration$
begin
  perform pg_advisory_xact_lock(hashtextextended('supascope.schema_migrations', 0));

  insert into supascope.schema_migrations (name, breaking)
  values ('20261115000800_retention', false)
  on conflict do nothing;
  if not found then
    return;
  end if;

  create function supascope.make_partitions(days_ahead integer default 3) returns jsonb
  language plpgsql set search_path = '' set lock_timeout = '2s'
  as $function$
  declare
    today constant date := (clock_timestamp() at time zone 'UTC')::date;
    made integer := 0;
  begin
    made := made + supascope.ensure_partitions('performance_logs', today - 2, today + days_ahead);
    made := made + supascope.ensure_partitions('web_vitals', today - 2, today + days_ahead);
    made := made + supascope.ensure_partitions('sketch_minutes', today - 2, today + days_ahead);
    made := made + supascope.ensure_partitions('sketch_hours', today - 2, today + days_ahead + 7, 7);
    return jsonb_build_object('made', made);
  end
  $function$;
  comment on function supascope.make_partitions(integer) is 'Makes the partitions of the days to come.';

  -- Drops one partition, unless it holds what is not yet rolled up or someone is reading from it.
  create function supascope.drop_partition(parent text, child text, unconsumed_from bigint) returns text
  language plpgsql set search_path = '' set lock_timeout = '500ms' set enable_seqscan = off
  as $function$
  declare
    busy boolean := false;
  begin
    -- Before looking, so that nothing is written in between; the parent first, as writers do.
    execute format('lock table only supascope.%I in access exclusive mode', parent);
    execute format('lock table only supascope.%I in access exclusive mode', child);
    if unconsumed_from is not null then
      execute format('select exists (select from supascope.%I c where c.position >= $1)', child)
      into busy using unconsumed_from;
    end if;
    if busy then
      return 'not yet rolled up';
    end if;
    execute format('drop table supascope.%I', child);
    return 'dropped';
  exception when lock_not_available then
    -- Waiting longer would make every writer wait behind this.
    return 'in use, tried again next time';
  end
  $function$;

  create function supascope.drop_old_partitions(parent text, older_than date, days integer, most integer default 10)
  returns jsonb
  language plpgsql set search_path = ''
  as $function$
  declare
    child text;
    unconsumed_from constant bigint := (
      select w.position from supascope.watermarks w
      where w.source = case when parent in ('performance_logs', 'web_vitals') then 'events'
        when parent = 'sketch_minutes' then 'minutes' end);
    done jsonb := '{}'::jsonb;
  begin
    if supascope.is_managed_by_partman(parent) then
      return '{}'::jsonb;
    end if;
    for child in
      select c.relname from pg_catalog.pg_inherits i
      join pg_catalog.pg_class c on c.oid = i.inhrelid
      where i.inhparent = ('supascope.' || quote_ident(parent))::regclass
        and c.relname ~ '_p[0-9]{8}$'
        and to_date(right(c.relname, 8), 'YYYYMMDD') + days <= older_than
      order by c.relname
      limit most
    loop
      done := done || jsonb_build_object(child, supascope.drop_partition(parent, child, unconsumed_from));
    end loop;
    return done;
  end
  $function$;

  create function supascope.stored_bytes() returns bigint
  language sql stable set search_path = ''
  as $function$
    select coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint
    from pg_catalog.pg_class c
    where c.relnamespace = 'supascope'::regnamespace and c.relkind in ('r', 'm')
  $function$;
  comment on function supascope.stored_bytes() is 'Disk that everything in the schema supascope takes.';

  -- Beyond the ceiling raw events are sampled harder at once, and the oldest of them leave early.
  create function supascope.hold_ceiling() returns jsonb
  language plpgsql set search_path = ''
  as $function$
  declare
    chosen supascope.settings;
    bytes bigint := supascope.stored_bytes();
    sample integer;
    dropped jsonb := '{}'::jsonb;
    step jsonb;
    -- Events may be two days late.
    oldest_allowed constant date := (clock_timestamp() at time zone 'UTC')::date - 2;
    parent text;
  begin
    select * into chosen from supascope.settings for update;
    sample := case
      when bytes > chosen.size_ceiling_bytes then least(chosen.raw_sample * 2, 1024)
      when bytes < chosen.size_ceiling_bytes * 0.7 then greatest(chosen.raw_sample / 2, 1)
      else chosen.raw_sample
    end;
    if sample <> chosen.raw_sample then
      update supascope.settings set raw_sample = sample;
    end if;
    foreach parent in array array['performance_logs', 'web_vitals'] loop
      while bytes > chosen.size_ceiling_bytes loop
        step := supascope.drop_old_partitions(parent, oldest_allowed, 1, 1);
        dropped := dropped || step;
        exit when not step @? '$.* ? (@ == "dropped")';
        bytes := supascope.stored_bytes();
      end loop;
    end loop;
    return jsonb_build_object('bytes', bytes, 'ceiling', chosen.size_ceiling_bytes,
      'raw_sample', sample, 'dropped', dropped);
  end
  $function$;
  comment on function supascope.hold_ceiling() is
    'Keeps all of Supascope below the ceiling of settings at the cost of raw events; roll-ups stay.';

  -- Where the cap comes near, label sets for which nothing is stored make room. In two steps, an hour
  -- apart: whoever looked one up before it was marked has written by then, and who comes later
  -- takes the mark away.
  create function supascope.retire_dimensions(most_rows integer default 2000) returns jsonb
  language plpgsql set search_path = ''
  as $function$
  declare
    marked integer;
    removed integer;
  begin
    if not exists (
      select from supascope.dimension_counts c, supascope.settings s
      where c.dimensions > s.dimension_cap * 0.8
    ) or exists (
      -- What is not rolled up yet shows in no sketch.
      select from supascope.lag() l where l.seconds > 3600
    ) then
      return jsonb_build_object('retired', 0, 'removed', 0);
    end if;
    update supascope.dimensions d set retired_at = now()
    where d.retired_at is null and d.id in (
      select x.id from (
        select y.id from supascope.dimensions y
        where y.retired_at is null and y.first_seen_at < now() - interval '2 days'
          and y.name <> '__other__' and y.route <> '__other__'
        order by random() limit most_rows
      ) x
      where not supascope.has_sketches(x.id)
      order by x.id for update skip locked
    );
    get diagnostics marked = row_count;
    with gone as (
      delete from supascope.dimensions d
      where d.id in (
        select x.id from supascope.dimensions x
        where x.retired_at < now() - interval '1 hour' and not supascope.has_sketches(x.id)
        order by x.id limit most_rows for update skip locked
      )
      returning d.kind
    ), counted as (
      update supascope.dimension_counts c set dimensions = c.dimensions - g.times
      from (select g.kind, count(*) as times from gone g group by g.kind) g
      where c.kind = g.kind
    )
    select count(*) into removed from gone;
    return jsonb_build_object('retired', marked, 'removed', removed);
  end
  $function$;
  comment on function supascope.retire_dimensions(integer) is
    'Where the cap comes near, removes label sets for which nothing is stored any more, in two steps.';

  create function supascope.has_sketches(dim integer) returns boolean
  language sql stable set search_path = ''
  as $function$
    select exists (select from supascope.sketch_days d where d.dim_id = dim)
      or exists (select from supascope.sketch_hours h where h.dim_id = dim)
      or exists (select from supascope.sketch_minutes m where m.dim_id = dim)
  $function$;

  create function supascope.retain(most_rows integer default 100000) returns jsonb
  language plpgsql set search_path = ''
  as $function$
  declare
    kept supascope.settings;
    today constant date := (clock_timestamp() at time zone 'UTC')::date;
    dropped jsonb := '{}'::jsonb;
    deleted integer;
    result jsonb := '{}'::jsonb;
  begin
    select * into kept from supascope.settings;
    delete from supascope.batches b
    where b.ctid in (
      select x.ctid from supascope.batches x
      where x.received_at < now() - make_interval(days => kept.batches_days)
        and x.position < (select w.position from supascope.watermarks w where w.source = 'events')
      limit most_rows);
    get diagnostics deleted = row_count;
    result := result || jsonb_build_object('batches', deleted);

    delete from supascope.vital_reports r
    where r.ctid in (
      select x.ctid from supascope.vital_reports x where x.ts < now() - interval '48 hours' limit most_rows);
    get diagnostics deleted = row_count;
    result := result || jsonb_build_object('vital_reports', deleted);

    delete from supascope.sketch_days d
    where d.ctid in (
      select x.ctid from supascope.sketch_days x
      where x.bucket < (today - kept.days_days)::timestamp at time zone 'UTC' limit most_rows);
    get diagnostics deleted = row_count;
    result := result || jsonb_build_object('days', deleted)
      || jsonb_build_object('dimensions', supascope.retire_dimensions());

    -- Last, because writers wait from the first drop to the end of the transaction.
    dropped := supascope.drop_old_partitions('performance_logs', today - kept.performance_logs_days, 1)
      || supascope.drop_old_partitions('web_vitals', today - kept.web_vitals_days, 1)
      || supascope.drop_old_partitions('sketch_minutes', today - kept.minutes_days, 1)
      || supascope.drop_old_partitions('sketch_hours', today - kept.hours_days, 7);

    return result || jsonb_build_object('partitions', dropped) || jsonb_build_object('size', supascope.hold_ceiling());
  end
  $function$;
  comment on function supascope.retain(integer) is
    'Drops what settings no longer keeps, never what is not yet rolled up, and holds the ceiling.';

  perform supascope.lock_down();
end
$migration$;
