-- Roll-up: raw events to partials by minute, these to hours, and hours to days; each exactly once.
--
-- What is consumed is chosen by position, never by time or id: below the horizon every transaction
-- has ended. Each function is one transaction that moves its watermark with what it wrote, so it
-- may be killed at any instant. The watermark's row lock lets one in; others return at once.

do $migration$
begin
  perform pg_advisory_xact_lock(hashtextextended('supascope.schema_migrations', 0));

  insert into supascope.schema_migrations (name, breaking)
  values ('20261115000500_rollup', false)
  on conflict do nothing;
  if not found then
    return;
  end if;

  create function supascope.rollup_range(lowest bigint, beyond bigint) returns bigint
  language plpgsql set search_path = '' set enable_seqscan = off set jit = off set work_mem = '64MB'
  as $function$
  declare
    here constant bigint := supascope.ingest_position();
    consumed bigint;
  begin
    with event as (
      select l.ts, l.dim_id, l.weight, l.flags, l.value::double precision as value
      from supascope.performance_logs l
      where l.position >= lowest and l.position < beyond
      union all
      select v.ts, v.dim_id, v.weight, v.flags,
        case when v.value > 0 then least(greatest(v.value::double precision * d.scale, 1e-3), 1e9) else 0 end
      from supascope.web_vitals v
      left join supascope.dimensions d on d.id = v.dim_id
      where v.position >= lowest and v.position < beyond
    ),
    placed as (
      select date_bin('1 minute', e.ts, 'epoch') as bucket, e.dim_id, e.weight, e.flags, e.value,
        -- As in supascope.sketch_bin(), which a query cannot inline.
        (least(greatest(width_bucket(e.value, supascope.sketch_borders()), 1), 1383) - 346)::smallint as bin
      from event e
    ),
    partial as materialized (
      select p.bucket, p.dim_id, sum(p.weight) as n,
        coalesce(sum(p.weight) filter (where p.flags & 1 = 1), 0) as err,
        coalesce(sum(p.weight) filter (where p.value = 0), 0) as zeros,
        sum(p.value * p.weight) as sum, min(p.value) as min, max(p.value) as max, count(*) as events,
        coalesce(array_agg(p.bin) filter (where p.value > 0), '{}') as idx,
        coalesce(array_agg(p.weight::bigint) filter (where p.value > 0), '{}') as cnt
      from placed p
      group by p.bucket, p.dim_id
    ),
    written as (
      insert into supascope.sketch_minutes (bucket, position, n, err, zeros, sum, min, max, dim_id, idx, cnt)
      select p.bucket, here, p.n, p.err, p.zeros, p.sum, p.min, p.max, p.dim_id,
        coalesce(c.idx, p.idx), coalesce(c.cnt, p.cnt)
      from partial p
      -- In a minute of few events hardly a bin comes twice: grouping them would cost more than it
      -- saves, and whoever merges adds them up anyway.
      cross join lateral (
        select array_agg(x.i) as idx, array_agg(x.c) as cnt
        from (
          select u.i, sum(u.c)::bigint as c from unnest(p.idx, p.cnt) u (i, c)
          where p.events > 64 group by u.i having sum(u.c) <> 0
        ) x
      ) c
    )
    select coalesce(sum(p.events), 0) into consumed from partial p;
    return consumed;
  end
  $function$;
  comment on function supascope.rollup_range(bigint, bigint) is
    'Partials of the raw events from one position up to, not including, another; says how many events.';

  create function supascope.rollup(most_rows integer default 2000000) returns jsonb
  language plpgsql set search_path = ''
  as $function$
  declare
    mark supascope.watermarks;
    horizon bigint;
    beyond bigint;
    consumed bigint;
    expected bigint;
    today constant date := (clock_timestamp() at time zone 'UTC')::date;
  begin
    perform supascope.adopt_cluster();
    select * into mark from supascope.watermarks w where w.source = 'events' for update skip locked;
    if not found then
      return jsonb_build_object('skipped', 'another roll-up is running');
    end if;
    horizon := supascope.horizon();
    if horizon <= mark.position then
      return jsonb_build_object('rows', 0, 'more', false);
    end if;

    -- Bounded: up to the first batch that would exceed the limit, but one batch at least.
    select min(b.position) into beyond
    from (
      select b.position, sum(b.raw_rows) over (order by b.position) as rows
      from supascope.batches b
      where b.position >= mark.position and b.position < horizon
    ) b
    where b.rows > most_rows;
    beyond := case when beyond is null then horizon else greatest(beyond, mark.position + 1) end;

    perform supascope.ensure_partitions('sketch_minutes', today - 2, today + 1);
    begin
      consumed := supascope.rollup_range(mark.position, beyond);
    exception when check_violation then
      -- Older events than are taken today: the database was restored, or nothing ran for days.
      perform supascope.ensure_partitions('sketch_minutes',
        to_date(right(c.relname, 8), 'YYYYMMDD'), to_date(right(c.relname, 8), 'YYYYMMDD'))
      from pg_catalog.pg_inherits i
      join pg_catalog.pg_class c on c.oid = i.inhrelid
      where i.inhparent in ('supascope.performance_logs'::regclass, 'supascope.web_vitals'::regclass);
      consumed := supascope.rollup_range(mark.position, beyond);
    end;

    expected := (
      select coalesce(sum(b.raw_rows), 0) from supascope.batches b
      where b.position >= mark.position and b.position < beyond
    );
    update supascope.watermarks w
    set position = beyond, moved_at = clock_timestamp(),
      rows_consumed = w.rows_consumed + consumed, rows_expected = w.rows_expected + expected
    where w.source = 'events';
    return jsonb_build_object('rows', consumed, 'expected', expected, 'more', beyond < horizon);
  end
  $function$;
  comment on function supascope.rollup(integer) is
    'Rolls up raw events whose transactions have ended, each once; `more`: the limit was reached.';

  create function supascope.compact_hours(most_rows integer default 200000) returns jsonb
  language plpgsql set search_path = '' set jit = off
  as $function$
  declare
    mark supascope.watermarks;
    horizon bigint;
    beyond bigint;
    pieces bigint;
    oldest timestamptz;
    newest timestamptz;
    chunks integer;
    written integer;
    total integer := 0;
  begin
    perform supascope.adopt_cluster();
    select * into mark from supascope.watermarks w where w.source = 'minutes' for update skip locked;
    if not found then
      return jsonb_build_object('skipped', 'another compaction is running');
    end if;
    horizon := supascope.horizon();
    select min(s.position) into beyond
    from (
      select m.position, sum(count(*)) over (order by m.position) as rows
      from supascope.sketch_minutes m
      where m.position >= mark.position and m.position < horizon
      group by m.position
    ) s
    where s.rows > most_rows;
    beyond := case when beyond is null then horizon else greatest(beyond, mark.position + 1) end;

    select count(*), min(m.bucket), max(m.bucket) into pieces, oldest, newest
    from supascope.sketch_minutes m
    where m.position >= mark.position and m.position < beyond;

    if pieces > 0 then
      perform supascope.ensure_partitions('sketch_hours',
        (oldest at time zone 'UTC')::date, (newest at time zone 'UTC')::date, 7);
      -- In chunks, so that no array of them grows beyond some ten megabytes.
      chunks := 1 + pieces / 50000;
      for chunk in 0..chunks - 1 loop
        with part as materialized (
          select date_bin('1 hour', m.bucket, 'epoch') as bucket, m.dim_id, m.n, m.err, m.zeros, m.sum,
            m.min, m.max, m.idx, m.cnt
          from supascope.sketch_minutes m
          where m.position >= mark.position and m.position < beyond and m.dim_id % chunks = chunk
        ),
        place as materialized (
          select distinct p.bucket, p.dim_id from part p
        ),
        pending as (
          insert into supascope.pending_days (bucket, dim_id)
          select distinct date_bin('1 day', p.bucket, 'epoch'), p.dim_id from place p
          on conflict do nothing
        ),
        piece as (
          select p.bucket, p.dim_id, p.n, p.err, p.zeros, p.sum, p.min, p.max, p.idx, p.cnt from part p
          union all
          select h.bucket, h.dim_id, h.n, h.err, h.zeros, h.sum, h.min, h.max, h.idx, h.cnt
          from place p
          join supascope.sketch_hours h on h.dim_id = p.dim_id and h.bucket = p.bucket
        )
        insert into supascope.sketch_hours as h
          (bucket, dim_id, n, err, zeros, sum, min, max, idx, cnt, p50, p75, p95, p99)
        select m.bucket, m.dim_id, m.n, m.err, m.zeros, m.sum, m.min, m.max, m.idx, m.cnt,
          m.quantiles[1], m.quantiles[2], m.quantiles[3], m.quantiles[4]
        from supascope.merge_sketches(
          (select array_agg(p::supascope.sketch) from piece p), '{0.5,0.75,0.95,0.99}') m
        on conflict (dim_id, bucket) do update
        set n = excluded.n, err = excluded.err, zeros = excluded.zeros, sum = excluded.sum,
          min = excluded.min, max = excluded.max, idx = excluded.idx, cnt = excluded.cnt,
          p50 = excluded.p50, p75 = excluded.p75, p95 = excluded.p95, p99 = excluded.p99;
        get diagnostics written = row_count;
        total := total + written;
      end loop;
    end if;

    update supascope.watermarks w
    set position = greatest(w.position, beyond), moved_at = clock_timestamp(),
      rows_consumed = w.rows_consumed + pieces, rows_expected = w.rows_expected + pieces
    where w.source = 'minutes';
    return jsonb_build_object('partials', pieces, 'hours', total, 'more', beyond < horizon);
  end
  $function$;
  comment on function supascope.compact_hours(integer) is
    'Adds new partials to the sketches of their hours, late ones too, each once.';

  create function supascope.compact_days(most_rows integer default 5000) returns jsonb
  language plpgsql set search_path = '' set jit = off
  as $function$
  declare
    written integer;
  begin
    -- The hours must not change meanwhile: the same lock as compact_hours().
    perform from supascope.watermarks w where w.source = 'minutes' for update skip locked;
    if not found then
      return jsonb_build_object('skipped', 'another compaction is running');
    end if;
    with closed as (
      delete from supascope.pending_days p
      where (p.bucket, p.dim_id) in (
        select d.bucket, d.dim_id from supascope.pending_days d
        where d.bucket <= clock_timestamp() - interval '24 hours 5 minutes'
        order by d.bucket, d.dim_id
        limit most_rows
      )
      returning p.bucket, p.dim_id
    ),
    piece as (
      select c.bucket, h.dim_id, h.n, h.err, h.zeros, h.sum, h.min, h.max, h.idx, h.cnt
      from closed c
      join supascope.sketch_hours h
        on h.dim_id = c.dim_id and h.bucket >= c.bucket and h.bucket < c.bucket + interval '24 hours'
    )
    insert into supascope.sketch_days as d
      (bucket, dim_id, n, err, zeros, sum, min, max, idx, cnt, p50, p75, p95, p99)
    select m.bucket, m.dim_id, m.n, m.err, m.zeros, m.sum, m.min, m.max, m.idx, m.cnt,
      m.quantiles[1], m.quantiles[2], m.quantiles[3], m.quantiles[4]
    from supascope.merge_sketches(
      (select array_agg(p::supascope.sketch) from piece p), '{0.5,0.75,0.95,0.99}') m
    on conflict (dim_id, bucket) do update
    set n = excluded.n, err = excluded.err, zeros = excluded.zeros, sum = excluded.sum,
      min = excluded.min, max = excluded.max, idx = excluded.idx, cnt = excluded.cnt,
      p50 = excluded.p50, p75 = excluded.p75, p95 = excluded.p95, p99 = excluded.p99;
    get diagnostics written = row_count;
    return jsonb_build_object('days', written, 'more', written >= most_rows);
  end
  $function$;
  comment on function supascope.compact_days(integer) is
    'Puts the days together that are over and whose hours have changed, from all of their hours.';

  create function supascope.lag(out source text, out seconds double precision, out waiting bigint,
    out rows_consumed bigint, out rows_expected bigint, out held_by_pid integer, out held_since timestamptz)
  returns setof record
  language sql stable set search_path = ''
  as $function$
    with oldest as (
      -- Who holds the horizon back; of other roles only those that this one may see.
      select a.pid, a.xact_start from pg_catalog.pg_stat_activity a
      where a.backend_xid is not null and a.pid <> pg_backend_pid()
      order by age(a.backend_xid) desc
      limit 1
    )
    select w.source,
      case w.source
        when 'events' then (
          select coalesce(extract(epoch from clock_timestamp() - min(b.received_at)), 0)
          from supascope.batches b where b.position >= w.position and b.raw_rows > 0)
        else (
          select coalesce(extract(epoch from clock_timestamp() - min(m.bucket)), 0)
          from supascope.sketch_minutes m where m.position >= w.position)
      end,
      greatest(0, supascope.horizon() - w.position), w.rows_consumed, w.rows_expected,
      o.pid, o.xact_start
    from supascope.watermarks w
    left join oldest o on true
  $function$;
  comment on function supascope.lag() is
    'How far the roll-ups are behind: age of the oldest row not yet consumed, and who holds the horizon.';

  perform supascope.lock_down();
end
$migration$;
