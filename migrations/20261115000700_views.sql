-- Materialized views: answers to what people ask, made from hours and days alone, so that their
-- cost grows with the series and not with the events. Private; read through functions.

do $migration$
begin
  perform pg_advisory_xact_lock(hashtextextended('supascope.schema_migrations', 0));

  insert into supascope.schema_migrations (name, breaking)
  values ('20261115000700_views', false)
  on conflict do nothing;
  if not found then
    return;
  end if;

  create function supascope.group_quantiles(kinds text[], labels text[], from_ts timestamptz, to_ts timestamptz,
    grain text, step interval, probabilities double precision[] default '{0.5,0.75,0.95,0.99}')
  returns table (bucket timestamptz, kind text, name text, route text, method text, status text, device text,
    country text, region text, release text, events bigint, failed bigint, total double precision,
    scale integer, zeros bigint, idx smallint[], cnt bigint[], quantiles double precision[])
  language plpgsql stable security definer set search_path = '' set jit = off
  as $function$
  #variable_conflict use_column
  begin
    return query
    with masked as materialized (
      select d.id, d.kind, d.name, d.scale,
        case when 'route' = any (labels) then d.route end as route,
        case when 'method' = any (labels) then d.method end as method,
        case when 'status' = any (labels) then d.status end as status,
        case when 'device' = any (labels) then d.device end as device,
        case when 'country' = any (labels) then d.country end as country,
        case when 'region' = any (labels) then d.region end as region,
        case when 'release' = any (labels) then d.release end as release
      from supascope.dimensions d
      where d.kind = any (kinds)
    ),
    -- A group goes by the lowest id of its dimensions.
    member as materialized (
      select m.*, min(m.id) over (partition by m.kind, m.name, m.route, m.method, m.status, m.device,
        m.country, m.region, m.release) as leader
      from masked m
    )
    select g.bucket, l.kind, l.name, l.route, l.method, l.status, l.device, l.country, l.region, l.release,
      g.n, g.err, g.sum / l.scale, l.scale, g.zeros, g.idx, g.cnt, supascope.unscaled(g.quantiles, l.scale)
    from supascope.merge_sketches((
      select array_agg(row(
        case when step is null then from_ts else date_bin(step, s.bucket, 'epoch') end,
        m.leader, s.n, s.err, s.zeros, s.sum, s.min, s.max, s.idx, s.cnt)::supascope.sketch)
      from supascope.read_sketches((select array_agg(x.id) from member x), from_ts, to_ts, grain) s
      join member m on m.id = s.dim_id
    ), probabilities) g
    join member l on l.id = g.dim_id
    where g.n > 0;
  end
  $function$;
  comment on function supascope.group_quantiles(text[], text[], timestamptz, timestamptz, text, interval, double precision[]) is
    'Quantiles of groups: by kind and name, and by those of route, method, status, device, country, region and release that are asked for.';

  -- https://web.dev/articles/vitals: up to the first a vital is good, beyond the second it is poor.
  create function supascope.vital_limits(vital text, out good double precision, out poor double precision)
  language sql immutable set search_path = ''
  as $function$
    select l.good, l.poor
    from (values ('LCP', 2500.0, 4000.0), ('INP', 200.0, 500.0), ('CLS', 0.1, 0.25),
      ('FCP', 1800.0, 3000.0), ('TTFB', 800.0, 1800.0)) l (name, good, poor)
    where l.name = vital
  $function$;

  create function supascope.vital_rating(vital text, value double precision) returns text
  language sql immutable set search_path = ''
  as $function$
    select case when value <= l.good then 'good' when value <= l.poor then 'needs improvement'
      when value is not null then 'poor' end
    from supascope.vital_limits(vital) l
  $function$;

  create function supascope.sketch_share(events bigint, zeros bigint, idx smallint[], cnt bigint[], most double precision)
  returns double precision
  language sql immutable set search_path = ''
  as $function$
    select (zeros + coalesce(sum(b.c) filter (where supascope.sketch_bin_value(b.i) <= most), 0))
      / nullif(events, 0)::double precision
    from unnest(idx, cnt) b (i, c)
  $function$;
  comment on function supascope.sketch_share(bigint, bigint, smallint[], bigint[], double precision) is
    'Which part of the events is not over a value, as far as the bins can tell.';

  create materialized view supascope.latency_by_route as
  select p.period, g.kind, g.name, g.route, g.method, g.events, g.failed,
    g.failed::double precision / g.events as failed_share, g.total as total_ms, g.total / g.events as mean_ms,
    g.quantiles[1] as p50_ms, g.quantiles[2] as p75_ms, g.quantiles[3] as p95_ms, g.quantiles[4] as p99_ms,
    now() as refreshed_at
  from (values
    ('24 hours', date_bin('1 hour', now(), 'epoch') - interval '23 hours', 'hour'),
    ('7 days', date_bin('24 hours', now(), 'epoch') - interval '144 hours', 'day')
  ) p (period, begins, grain)
  cross join lateral supascope.group_quantiles(
    '{function,span,api,load}', '{route,method}', p.begins, now() + interval '1 hour', p.grain, null) g;
  create unique index on supascope.latency_by_route (period, kind, name, route, method);
  comment on materialized view supascope.latency_by_route is 'Latency and errors by function, API and route.';

  create materialized view supascope.slowest_routes as
  select r.* from (
    select l.period, row_number() over (partition by l.period order by l.p95_ms desc, l.kind, l.name, l.route, l.method) as place,
      l.kind, l.name, l.route, l.method, l.events, l.failed, l.total_ms, l.p50_ms, l.p95_ms, l.refreshed_at
    from supascope.latency_by_route l
    -- Below this a p95 is the slowest event.
    where l.kind in ('function', 'api') and l.events >= 20
  ) r
  where r.place <= 100;
  create unique index on supascope.slowest_routes (period, place);
  comment on materialized view supascope.slowest_routes is 'The hundred routes with the highest p95.';

  create materialized view supascope.vitals_by_route as
  select p.period, g.name as vital, g.route, g.device, g.release, g.events, g.quantiles[1] as p75,
    supascope.vital_rating(g.name, g.quantiles[1]) as rating,
    supascope.sketch_share(g.events, g.zeros, g.idx, g.cnt, l.good * g.scale) as good_share,
    1 - supascope.sketch_share(g.events, g.zeros, g.idx, g.cnt, l.poor * g.scale) as poor_share,
    now() as refreshed_at
  from (values
    ('7 days', date_bin('24 hours', now(), 'epoch') - interval '144 hours'),
    ('28 days', date_bin('24 hours', now(), 'epoch') - interval '648 hours')
  ) p (period, begins)
  cross join lateral supascope.group_quantiles(
    '{vital}', '{route,device,release}', p.begins, now() + interval '1 hour', 'day', null, '{0.75}') g
  cross join lateral supascope.vital_limits(g.name) l;
  create unique index on supascope.vitals_by_route (period, vital, route, device, release);
  comment on materialized view supascope.vitals_by_route is
    'p75 of the Web Vitals by route, device and release, with the ratings of web.dev.';

  create materialized view supascope.vitals_trend as
  select (g.bucket at time zone 'UTC')::date as day, g.name as vital, g.device, g.events, g.quantiles[1] as p75,
    supascope.vital_rating(g.name, g.quantiles[1]) as rating,
    supascope.sketch_share(g.events, g.zeros, g.idx, g.cnt, l.good * g.scale) as good_share,
    1 - supascope.sketch_share(g.events, g.zeros, g.idx, g.cnt, l.poor * g.scale) as poor_share,
    now() as refreshed_at
  from supascope.group_quantiles('{vital}', '{device}', date_bin('24 hours', now(), 'epoch') - interval '648 hours',
    now() + interval '1 hour', 'day', '24 hours', '{0.75}') g
  cross join lateral supascope.vital_limits(g.name) l;
  create unique index on supascope.vitals_trend (day, vital, device);
  comment on materialized view supascope.vitals_trend is 'p75 of the Web Vitals by day (UTC) and device, four weeks of it.';

  create materialized view supascope.top_statements as
  select t.* from (
    select d.*, row_number() over (partition by d.day order by d.total_ms desc, d.statement_id) as place,
      d.total_ms / nullif(sum(d.total_ms) over (partition by d.day), 0) as share
    from (
      select (s.taken_at at time zone 'UTC')::date as day, x.statement_id, sum(x.calls)::bigint as calls,
        sum(x.total_ms) as total_ms, sum(x.total_ms) / nullif(sum(x.calls), 0)::double precision as mean_ms,
        sum(x.rows)::bigint as rows, bool_or(s.gaps <> 0) as incomplete, now() as refreshed_at
      from supascope.snapshots s
      cross join lateral unnest(s.statement_ids, s.calls, s.total_ms, s.rows) x (statement_id, calls, total_ms, rows)
      where s.taken_at >= date_bin('24 hours', now(), 'epoch') - interval '144 hours'
        and s.interval_from is not null
      group by 1, 2
    ) d
  ) t
  where t.place <= 100;
  create unique index on supascope.top_statements (day, place);
  comment on materialized view supascope.top_statements is
    'The hundred statements of each of seven days (UTC) that took the most time; shares are of all of them.';

  create function supascope.latency_by_route(period text default '24 hours')
  returns setof supascope.latency_by_route
  language sql stable security definer set search_path = ''
  as $function$
    select l.* from supascope.latency_by_route l where l.period = $1 order by l.total_ms desc
  $function$;

  create function supascope.slowest_routes(period text default '24 hours') returns setof supascope.slowest_routes
  language sql stable security definer set search_path = ''
  as $function$
    select s.* from supascope.slowest_routes s where s.period = $1 order by s.place
  $function$;

  create function supascope.vitals_by_route(period text default '28 days') returns setof supascope.vitals_by_route
  language sql stable security definer set search_path = ''
  as $function$
    select v.* from supascope.vitals_by_route v where v.period = $1 order by v.events desc
  $function$;

  create function supascope.vitals_trend() returns setof supascope.vitals_trend
  language sql stable security definer set search_path = ''
  as $function$
    select v.* from supascope.vitals_trend v order by v.day, v.vital, v.device
  $function$;

  create function supascope.top_statements(day date default (now() at time zone 'UTC')::date)
  returns setof supascope.top_statements
  language sql stable security definer set search_path = ''
  as $function$
    select t.* from supascope.top_statements t where t.day = $1 order by t.place
  $function$;

  create table supascope.view_refreshes (
    name text primary key,
    place smallint not null unique,
    every interval not null,
    refreshed_at timestamptz,
    took_ms double precision
  );
  insert into supascope.view_refreshes (name, place, every)
  values ('latency_by_route', 1, '15 minutes'), ('slowest_routes', 2, '15 minutes'),
    ('vitals_by_route', 3, '15 minutes'), ('vitals_trend', 4, '1 hour'), ('top_statements', 5, '1 hour');
  comment on table supascope.view_refreshes is 'The materialized views, in the order of their making, and when each was last refreshed.';
  perform supascope.close_table('supascope.view_refreshes');

  create function supascope.refresh_views(most_seconds double precision default 30) returns jsonb
  language plpgsql set search_path = '' set lock_timeout = '5s' set jit = off
  as $function$
  declare
    began constant timestamptz := clock_timestamp();
    begun timestamptz;
    view text;
    done jsonb := '{}'::jsonb;
  begin
    for view in
      select v.name from supascope.view_refreshes v
      where v.refreshed_at is null or v.refreshed_at <= began - v.every * 0.9
      -- What was left over the last time comes first.
      order by v.refreshed_at nulls first, v.place
    loop
      if extract(epoch from clock_timestamp() - began) > most_seconds then
        return jsonb_build_object('refreshed', done, 'more', true);
      end if;
      begun := clock_timestamp();
      execute format('refresh materialized view concurrently supascope.%I', view);
      update supascope.view_refreshes v
      set refreshed_at = began, took_ms = extract(epoch from clock_timestamp() - begun) * 1000
      where v.name = view;
      done := done || jsonb_build_object(view, round(extract(epoch from clock_timestamp() - begun) * 1000));
    end loop;
    return jsonb_build_object('refreshed', done, 'more', false);
  end
  $function$;
  comment on function supascope.refresh_views(double precision) is
    'Refreshes what is due, oldest first, until the time is used up; readers are not blocked.';

  perform supascope.lock_down();
end
$migration$;
