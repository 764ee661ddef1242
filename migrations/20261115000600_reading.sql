-- Reading: quantiles of any series and window, from the coarsest sketches that fit.
--
-- Definer's rights and a fixed search path: whoever may execute these needs no right on a table.

do $migration$
begin
  perform pg_advisory_xact_lock(hashtextextended('supascope.schema_migrations', 0));

  insert into supascope.schema_migrations (name, breaking)
  values ('20261115000600_reading', false)
  on conflict do nothing;
  if not found then
    return;
  end if;

  create function supascope.find_dimensions(labels jsonb default '{}') returns integer[]
  language sql stable security definer set search_path = ''
  as $function$
    select coalesce(array_agg(d.id order by d.id), '{}')
    from supascope.dimensions d
    where d.kind = coalesce(labels ->> 'kind', d.kind)
      and d.name = coalesce(labels ->> 'name', d.name)
      and d.route = coalesce(labels ->> 'route', d.route)
      and d.method = coalesce(labels ->> 'method', d.method)
      and d.status = coalesce(labels ->> 'status', d.status)
      and d.device = coalesce(labels ->> 'device', d.device)
      and d.country = coalesce(labels ->> 'country', d.country)
      and d.region = coalesce(labels ->> 'region', d.region)
      and d.release = coalesce(labels ->> 'release', d.release)
  $function$;
  comment on function supascope.find_dimensions(jsonb) is
    'Ids of the dimensions that have all of these labels; an empty string finds those without one.';

  create function supascope.read_window(from_ts timestamptz, to_ts timestamptz,
    out grain text, out window_from timestamptz, out window_to timestamptz)
  language plpgsql stable security definer set search_path = ''
  as $function$
  declare
    kept supascope.settings;
    step interval;
    today constant timestamptz := date_bin('24 hours', clock_timestamp(), 'epoch');
  begin
    select * into kept from supascope.settings;
    grain := case
      when date_bin('24 hours', from_ts, 'epoch') = from_ts and date_bin('24 hours', to_ts, 'epoch') = to_ts then 'day'
      when to_ts - from_ts > interval '192 hours' or from_ts < today - make_interval(hours => 24 * (kept.hours_days - 7)) then 'day'
      when date_bin('1 hour', from_ts, 'epoch') = from_ts and date_bin('1 hour', to_ts, 'epoch') = to_ts then 'hour'
      when to_ts - from_ts > interval '6 hours' or from_ts < today - make_interval(hours => 24 * (kept.minutes_days - 1)) then 'hour'
      else 'minute'
    end;
    step := case grain when 'day' then interval '24 hours' when 'hour' then interval '1 hour' else interval '1 minute' end;
    window_from := date_bin(step, from_ts, 'epoch');
    window_to := date_bin(step, to_ts, 'epoch');
    if window_to < to_ts then
      window_to := window_to + step;
    end if;
  end
  $function$;
  comment on function supascope.read_window(timestamptz, timestamptz) is
    'The grain that answers for a window, and the window widened to it.';

  create function supascope.read_sketches(dims integer[], from_ts timestamptz, to_ts timestamptz, grain text)
  returns setof supascope.sketch
  language plpgsql stable security definer set search_path = '' set jit = off
  as $function$
  begin
    if grain = 'minute' then
      return query
      select m.bucket, m.dim_id, m.n, m.err, m.zeros, m.sum, m.min, m.max, m.idx, m.cnt
      from supascope.sketch_minutes m
      where m.dim_id = any (dims) and m.bucket >= from_ts and m.bucket < to_ts;
      return;
    end if;

    -- One statement each way: one snapshot, in which every event is at one place alone.
    if grain = 'hour' then
      return query
      select h.bucket, h.dim_id, h.n, h.err, h.zeros, h.sum, h.min, h.max, h.idx, h.cnt
      from supascope.sketch_hours h
      where h.dim_id = any (dims) and h.bucket >= from_ts and h.bucket < to_ts
      union all
      select date_bin('1 hour', m.bucket, 'epoch'), m.dim_id, m.n, m.err, m.zeros, m.sum, m.min, m.max, m.idx, m.cnt
      from supascope.sketch_minutes m
      where m.dim_id = any (dims) and m.bucket >= from_ts and m.bucket < to_ts
        and m.position >= (select w.position from supascope.watermarks w where w.source = 'minutes');
      return;
    end if;

    return query
    select d.bucket, d.dim_id, d.n, d.err, d.zeros, d.sum, d.min, d.max, d.idx, d.cnt
    from supascope.sketch_days d
    where d.dim_id = any (dims) and d.bucket >= from_ts and d.bucket < to_ts
      and not exists (
        select from supascope.pending_days p where p.bucket = d.bucket and p.dim_id = d.dim_id
      )
    union all
    select p.bucket, h.dim_id, h.n, h.err, h.zeros, h.sum, h.min, h.max, h.idx, h.cnt
    from supascope.pending_days p
    join supascope.sketch_hours h
      on h.dim_id = p.dim_id and h.bucket >= p.bucket and h.bucket < p.bucket + interval '24 hours'
    where p.dim_id = any (dims) and p.bucket >= from_ts and p.bucket < to_ts
    union all
    select date_bin('24 hours', m.bucket, 'epoch'), m.dim_id, m.n, m.err, m.zeros, m.sum, m.min, m.max, m.idx, m.cnt
    from supascope.sketch_minutes m
    where m.dim_id = any (dims) and m.bucket >= from_ts and m.bucket < to_ts
      and m.position >= (select w.position from supascope.watermarks w where w.source = 'minutes');
  end
  $function$;
  comment on function supascope.read_sketches(integer[], timestamptz, timestamptz, text) is
    'Every event of the window that is rolled up, once: compacted or not.';

  create function supascope.unscaled(quantiles double precision[], scale integer) returns double precision[]
  language sql immutable set search_path = ''
  as $function$
    select case when scale = 1 then quantiles
      else (select array_agg(q / scale order by o) from unnest(quantiles) with ordinality x (q, o)) end
  $function$;

  -- The unit of all of them together; vitals of different units have no common quantile.
  create function supascope.common_scale(dims integer[]) returns integer
  language plpgsql stable set search_path = ''
  as $function$
  declare
    lowest integer;
    highest integer;
  begin
    select min(d.scale), max(d.scale) into lowest, highest
    from supascope.dimensions d where d.id = any (dims);
    if lowest <> highest then
      raise exception 'CLS and durations have no common quantile'
        using hint = 'Choose dimensions of one unit, as by supascope.find_dimensions(''{"kind": "vital", "name": "CLS"}'').';
    end if;
    return coalesce(lowest, 1);
  end
  $function$;

  create function supascope.quantiles(dims integer[], from_ts timestamptz, to_ts timestamptz,
    probabilities double precision[] default '{0.5,0.75,0.95,0.99}')
  returns table (grain text, window_from timestamptz, window_to timestamptz, events bigint, failed bigint,
    mean double precision, min double precision, max double precision, quantiles double precision[],
    error_bound double precision)
  language plpgsql stable security definer set search_path = '' set jit = off
  as $function$
  #variable_conflict use_column
  declare
    w record;
    scale constant integer := supascope.common_scale(dims);
  begin
    w := supascope.read_window(from_ts, to_ts);
    return query
    select w.grain, w.window_from, w.window_to, m.n, m.err, m.sum / nullif(m.n, 0) / scale,
      m.min / scale, m.max / scale, supascope.unscaled(m.quantiles, scale), 0.01::double precision
    from supascope.merge_sketches((
      select array_agg(row(w.window_from, 0, s.n, s.err, s.zeros, s.sum, s.min, s.max, s.idx, s.cnt)::supascope.sketch)
      from supascope.read_sketches(dims, w.window_from, w.window_to, w.grain) s
    ), probabilities) m;
  end
  $function$;
  comment on function supascope.quantiles(integer[], timestamptz, timestamptz, double precision[]) is
    'Quantiles of all dimensions together over a window; none if there are no events. In ms, CLS as it is.';

  create function supascope.time_series(dims integer[], from_ts timestamptz, to_ts timestamptz,
    step interval default '1 hour', probabilities double precision[] default '{0.5,0.75,0.95,0.99}')
  returns table (bucket timestamptz, events bigint, failed bigint, mean double precision,
    min double precision, max double precision, quantiles double precision[])
  language plpgsql stable security definer set search_path = '' set jit = off
  as $function$
  #variable_conflict use_column
  declare
    -- Not the month, which date_bin() refuses: its length varies.
    seconds constant numeric := extract(epoch from step);
    grain constant text := case when seconds % 86400 = 0 then 'day' when seconds % 3600 = 0 then 'hour' else 'minute' end;
    width constant interval := make_interval(secs => ceil(greatest(seconds, 60) / 60) * 60);
    scale constant integer := supascope.common_scale(dims);
  begin
    return query
    select m.bucket, m.n, m.err, m.sum / nullif(m.n, 0) / scale, m.min / scale, m.max / scale,
      supascope.unscaled(m.quantiles, scale)
    from supascope.merge_sketches((
      select array_agg(row(date_bin(width, s.bucket, 'epoch'), 0,
        s.n, s.err, s.zeros, s.sum, s.min, s.max, s.idx, s.cnt)::supascope.sketch)
      from supascope.read_sketches(dims, date_bin(width, from_ts, 'epoch'), to_ts, grain) s
    ), probabilities) m
    order by m.bucket;
  end
  $function$;
  comment on function supascope.time_series(integer[], timestamptz, timestamptz, interval, double precision[]) is
    'The same by steps, which are whole minutes, hours or days; each as far as its grain is kept.';

  create function supascope.series_quantiles(dims integer[], from_ts timestamptz, to_ts timestamptz,
    probabilities double precision[] default '{0.5,0.75,0.95,0.99}')
  returns table (dim_id integer, events bigint, failed bigint, total double precision, mean double precision,
    min double precision, max double precision, quantiles double precision[])
  language plpgsql stable security definer set search_path = '' set jit = off
  as $function$
  #variable_conflict use_column
  declare
    w record;
  begin
    w := supascope.read_window(from_ts, to_ts);
    return query
    select m.dim_id, m.n, m.err, m.sum / d.scale, m.sum / nullif(m.n, 0) / d.scale,
      m.min / d.scale, m.max / d.scale, supascope.unscaled(m.quantiles, d.scale)
    from supascope.merge_sketches((
      select array_agg(row(w.window_from, s.dim_id, s.n, s.err, s.zeros, s.sum, s.min, s.max, s.idx, s.cnt)::supascope.sketch)
      from supascope.read_sketches(dims, w.window_from, w.window_to, w.grain) s
    ), probabilities) m
    join supascope.dimensions d on d.id = m.dim_id
    where m.n > 0;
  end
  $function$;
  comment on function supascope.series_quantiles(integer[], timestamptz, timestamptz, double precision[]) is
    'Quantiles of each dimension by itself over a window.';

  create function supascope.top_series(labels jsonb, from_ts timestamptz, to_ts timestamptz,
    order_by text default 'p95', most integer default 20)
  returns table (dim_id integer, kind text, name text, route text, method text, status text, device text,
    country text, region text, release text, events bigint, failed bigint, total double precision,
    mean double precision, p50 double precision, p75 double precision, p95 double precision, p99 double precision)
  language plpgsql stable security definer set search_path = '' set jit = off
  as $function$
  #variable_conflict use_column
  begin
    return query
    select d.id, d.kind, d.name, d.route, d.method, d.status, d.device, d.country, d.region, d.release,
      s.events, s.failed, s.total, s.mean, s.quantiles[1], s.quantiles[2], s.quantiles[3], s.quantiles[4]
    from supascope.series_quantiles(supascope.find_dimensions(labels), from_ts, to_ts) s
    join supascope.dimensions d on d.id = s.dim_id
    order by case order_by
      when 'events' then s.events when 'failed' then s.failed when 'total' then s.total when 'mean' then s.mean
      when 'p50' then s.quantiles[1] when 'p75' then s.quantiles[2] when 'p99' then s.quantiles[4]
      else s.quantiles[3] end desc nulls last, d.id
    limit most;
  end
  $function$;
  comment on function supascope.top_series(jsonb, timestamptz, timestamptz, text, integer) is
    'The series with the highest events, failed, total, mean, p50, p75, p95 or p99 of a window.';

  create function supascope.compare_windows(labels jsonb, before_from timestamptz, before_to timestamptz,
    after_from timestamptz, after_to timestamptz, quantile double precision default 0.95)
  returns table (dim_id integer, before_events bigint, after_events bigint, before_failed bigint,
    after_failed bigint, before_value double precision, after_value double precision, ratio double precision,
    distinguishable boolean)
  language plpgsql stable security definer set search_path = '' set jit = off
  as $function$
  #variable_conflict use_column
  declare
    dims constant integer[] := supascope.find_dimensions(labels);
  begin
    return query
    select coalesce(b.dim_id, a.dim_id), coalesce(b.events, 0), coalesce(a.events, 0),
      coalesce(b.failed, 0), coalesce(a.failed, 0), b.quantiles[1], a.quantiles[1],
      a.quantiles[1] / nullif(b.quantiles[1], 0),
      -- Both values may be 1 % off.
      coalesce(abs(a.quantiles[1] - b.quantiles[1]) > 0.01 * (a.quantiles[1] + b.quantiles[1]), false)
    from supascope.series_quantiles(dims, before_from, before_to, array[quantile]) b
    full join supascope.series_quantiles(dims, after_from, after_to, array[quantile]) a on a.dim_id = b.dim_id
    order by a.quantiles[1] / nullif(b.quantiles[1], 0) desc nulls last, 1;
  end
  $function$;
  comment on function supascope.compare_windows(jsonb, timestamptz, timestamptz, timestamptz, timestamptz, double precision) is
    'A quantile of each series in two windows; `distinguishable`: the error bounds alone do not explain the change.';

  -- For whoever moves raw events elsewhere: the same horizon, so nothing is missed or read twice.
  create function supascope.export_events(source text, after_position bigint, most_rows integer default 10000,
    out next_position bigint, out rows jsonb, out more boolean)
  language plpgsql stable security definer set search_path = '' set jit = off
  as $function$
  declare
    beyond bigint := supascope.horizon();
    last_whole bigint;
  begin
    if source not in ('performance_logs', 'web_vitals') then
      raise exception 'no raw table named %', source using hint = 'performance_logs or web_vitals';
    end if;
    -- Whole positions alone: the cursor is one number.
    select min(b.position) into last_whole
    from (
      select b.position, sum(b.raw_rows) over (order by b.position) as total
      from supascope.batches b
      where b.position >= after_position and b.position < beyond
    ) b
    where b.total > most_rows;
    more := last_whole is not null;
    next_position := case when more then greatest(last_whole, after_position + 1)
      else greatest(beyond, after_position) end;
    execute format($query$
      select coalesce(jsonb_agg(jsonb_build_object('ts', r.ts, 'dim_id', r.dim_id, 'value', r.value,
        'weight', r.weight, 'failed', r.flags & 1 = 1, 'trace', r.trace, 'attrs', r.attrs)), '[]')
      from supascope.%I r where r.position >= $1 and r.position < $2 $query$, source)
    into rows using after_position, next_position;
  end
  $function$;
  comment on function supascope.export_events(text, bigint, integer) is
    'Raw events from a position on, up to the horizon. Begin with 0, go on with next_position.';

  perform supascope.lock_down();
end
$migration$;
