-- The one way in: a batch of events and sketches, each entry judged by itself.
--
-- client-sdk/src/wire.ts describes the format; golden vectors hold both to the same answers.

do $migration$
begin
  perform pg_advisory_xact_lock(hashtextextended('supascope.schema_migrations', 0));

  insert into supascope.schema_migrations (name, breaking)
  values ('20261115000400_ingest', false)
  on conflict do nothing;
  if not found then
    return;
  end if;

  create function supascope.attributes_fit(attrs jsonb) returns boolean
  language sql immutable set search_path = ''
  as $function$
    select case when jsonb_typeof(attrs) <> 'object' then false else (
      select count(*) <= 16 and coalesce(bool_and(
        length(a.key) between 1 and 64 and a.key !~ '[\u0001-\u001f\u007f-\u009f]'
        and case jsonb_typeof(a.value)
          when 'string' then a.value = '""' or supascope.is_label(a.value, 256)
          when 'number' then abs(a.value::numeric) < 1.797693134862315808e308
          else jsonb_typeof(a.value) = 'boolean'
        end), true)
      from jsonb_each(attrs) a
    ) end
  $function$;

  -- Whole numbers of a JSON array of bounded length; null if it holds anything else.
  create function supascope.whole_numbers(list jsonb, lowest bigint, highest bigint, most integer)
  returns bigint[]
  language plpgsql immutable set search_path = ''
  as $function$
  begin
    if jsonb_typeof(list) is distinct from 'array' or jsonb_array_length(list) > most then
      return null;
    end if;
    return (
      select case when coalesce(bool_and(x.good), true) then coalesce(array_agg(x.number order by x.place), '{}') end
      from (
        select e.place, n.number, n.number is not null as good
        from jsonb_array_elements(list) with ordinality e (item, place)
        cross join lateral (
          select case when jsonb_typeof(e.item) = 'number' then e.item::numeric end as exact offset 0
        ) j
        cross join lateral (
          select case when j.exact between lowest and highest and j.exact = trunc(j.exact)
            then j.exact::bigint end as number offset 0
        ) n
      ) x
    );
  end
  $function$;

  -- Takes the sketches of a batch; says how many and why not the others.
  create function supascope.ingest_sketches(list jsonb, ids integer[], at_position bigint,
    out accepted integer, out reasons jsonb)
  language plpgsql set search_path = ''
  as $function$
  declare
    now_ms constant double precision := extract(epoch from clock_timestamp()) * 1000;
  begin
    with sent as materialized (
      select e.item, e.place, e.item -> 'd' as d, e.item -> 't' as t, e.item -> 'n' as n,
        e.item -> 'err' as err, e.item -> 'z' as z, e.item -> 'sum' as sum,
        e.item -> 'min' as min, e.item -> 'max' as max
      from jsonb_array_elements(list) with ordinality e (item, place)
      where e.place <= 4096
    ),
    typed as materialized (
      select s.item,
        case when jsonb_typeof(s.d) = 'number' then s.d::numeric end as d,
        case when jsonb_typeof(s.t) = 'number' then s.t::numeric end as t,
        case when jsonb_typeof(s.n) = 'number' then s.n::numeric end as n,
        case when jsonb_typeof(s.err) = 'number' then s.err::numeric end as err,
        case when jsonb_typeof(s.z) = 'number' then s.z::numeric end as z,
        case when jsonb_typeof(s.sum) = 'number' then s.sum::numeric end as sum,
        case when jsonb_typeof(s.min) = 'number' then s.min::numeric end as min,
        case when jsonb_typeof(s.max) = 'number' then s.max::numeric end as max
      from sent s
    ),
    judged as materialized (
      select t.*, case
        when jsonb_typeof(t.item) <> 'object' then 'bad_sketch'
        when t.d is null or t.d not between 0 and 4095 or t.d <> trunc(t.d)
          or ids[t.d::integer + 1] is null then 'bad_dim'
        when t.t is null or abs(t.t) >= 1.797693134862315808e308 then 'bad_time'
        when t.t < now_ms - 172800000 then 'too_old'
        when t.t > now_ms + 600000 then 'in_future'
        when t.t % 60000 <> 0 then 'bad_time'
        when t.n is null or t.n not between 1 and 1e12 or t.n <> trunc(t.n)
          or t.err is null or t.err not between 0 and t.n or t.err <> trunc(t.err)
          or t.z is null or t.z not between 0 and t.n or t.z <> trunc(t.z)
          or t.sum is null or t.sum not between 0 and t.n * 1e9
          or t.max is null or t.max not between 0 and 1e9
          or t.min is null or t.min not between 0 and t.max then 'bad_sketch'
      end as reason
      from typed t
    ),
    arrays as materialized (
      select j.*,
        case when j.reason is null then supascope.whole_numbers(j.item -> 'i', -345, 1037, 1383) end as idx,
        case when j.reason is null then supascope.whole_numbers(j.item -> 'c', 1, 1000000000000, 1383) end as cnt
      from judged j
    ),
    whole as materialized (
      select a.*, case
        when a.reason is not null then a.reason
        when a.idx is null or a.cnt is null or cardinality(a.idx) <> cardinality(a.cnt)
          or a.z + (select coalesce(sum(c), 0) from unnest(a.cnt) c) <> a.n
          or exists (
            select from (select i, lag(i) over (order by o) as before from unnest(a.idx) with ordinality x (i, o)) x
            where x.i <= x.before
          ) then 'bad_sketch'
      end as verdict
      from arrays a
    ),
    taken as (
      -- Doubles cannot hold what is below 1e-300, and numerics can.
      insert into supascope.sketch_minutes (bucket, position, n, err, zeros, sum, min, max, dim_id, idx, cnt)
      select to_timestamp(w.t::double precision / 1000), at_position, w.n::bigint, w.err::bigint, w.z::bigint,
        (case when w.sum < 1e-300 then 0 else w.sum end)::double precision,
        (case when w.min < 1e-300 then 0 else w.min end)::double precision,
        (case when w.max < 1e-300 then 0 else w.max end)::double precision,
        ids[w.d::integer + 1], w.idx::smallint[], w.cnt
      from whole w
      where w.verdict is null
    ),
    counted as (
      select w.verdict, count(*) as times from whole w group by w.verdict
    )
    select coalesce(sum(c.times) filter (where c.verdict is null), 0),
      coalesce(jsonb_object_agg(c.verdict, c.times) filter (where c.verdict is not null), '{}')
    into accepted, reasons
    from counted c;
  end
  $function$;

  create type supascope.vital_report as (
    key uuid, ts timestamptz, dim_id integer, value real, weight integer, sequence integer,
    flags smallint, trace uuid, attrs jsonb, vital boolean, place bigint
  );

  -- Of the reports with one id the one with the highest sequence counts; the row of the one before
  -- is taken back by a row of negative weight in the same minute, which every sum cancels out.
  create function supascope.ingest_reports(reports supascope.vital_report[], at_position bigint, one_in integer,
    out accepted integer, out superseded integer, out sampled integer, out raw_rows integer)
  -- A generic plan, which comes after five calls, takes the arrays for ten rows and joins them by
  -- nested loops: quadratic.
  language plpgsql set search_path = '' set plan_cache_mode = force_custom_plan
  as $function$
  declare
    latest supascope.vital_report[];
    fresh uuid[];
    replaced integer;
    others integer;
  begin
    select array_agg(r::supascope.vital_report) into latest
    from (select distinct on (r.key) r.* from unnest(reports) r order by r.key, r.sequence desc, r.place) r;

    insert into supascope.performance_logs (ts, position, dim_id, value, weight, flags, trace, attrs)
    select r.ts, at_position, r.dim_id, r.value, r.weight * one_in, r.flags, r.trace, r.attrs
    from unnest(latest) r
    where not r.vital and supascope.is_sampled(r.key, one_in);
    get diagnostics others = row_count;

    -- In the order of keys, so that two batches with the same ids can't deadlock.
    with made as (
      insert into supascope.vital_reports (key, ts, dim_id, value, weight, sequence, sample, flags)
      select r.key, r.ts, r.dim_id, r.value, r.weight * one_in, r.sequence, one_in, r.flags
      from unnest(latest) r
      where r.vital and supascope.is_sampled(r.key, one_in)
      order by r.key
      on conflict do nothing
      returning key
    )
    select coalesce(array_agg(m.key), '{}') into fresh from made m;

    -- A statement of its own: it sees what others have committed while the one above waited.
    with known as materialized (
      select v.key, v.ts, v.dim_id, v.value, v.weight, v.sequence, v.sample, v.flags
      from supascope.vital_reports v
      where v.key in (select r.key from unnest(latest) r where r.vital and r.key <> all (fresh))
      order by v.key
      for update
    ),
    better as materialized (
      select r.ts, r.dim_id, r.value, r.weight * k.sample as weight, r.sequence, r.flags, r.trace, r.attrs,
        k.key, k.ts as old_ts, k.dim_id as old_dim_id, k.value as old_value, k.weight as old_weight,
        k.flags as old_flags
      from known k
      join unnest(latest) r on r.key = k.key and r.vital and r.sequence > k.sequence
    ),
    remembered as (
      update supascope.vital_reports v
      set ts = b.ts, dim_id = b.dim_id, value = b.value, weight = b.weight, sequence = b.sequence, flags = b.flags
      from better b
      where v.key = b.key
    ),
    stored as (
      insert into supascope.web_vitals (ts, position, dim_id, value, weight, flags, trace, attrs)
      select b.old_ts, at_position, b.old_dim_id, b.old_value, -b.old_weight, b.old_flags, null, null from better b
      union all
      select b.ts, at_position, b.dim_id, b.value, b.weight, b.flags, b.trace, b.attrs from better b
      union all
      select r.ts, at_position, r.dim_id, r.value, r.weight * one_in, r.flags, r.trace, r.attrs
      from unnest(latest) r where r.vital and r.key = any (fresh)
    )
    select (select count(*) from better), (select count(*) from known)
    into replaced, superseded;

    accepted := others + cardinality(fresh) + replaced;
    raw_rows := accepted + replaced;
    superseded := superseded - replaced + cardinality(reports) - cardinality(latest);
    sampled := cardinality(reports) - accepted - superseded;
  end
  $function$;

  create function supascope.is_sampled(key uuid, one_in integer) returns boolean
  language sql immutable set search_path = ''
  as $function$
    select one_in = 1 or (uuid_hash_extended(key, 0) & (one_in - 1)) = 0
  $function$;
  comment on function supascope.is_sampled(uuid, integer) is
    'Whether raw events with this trace or metric id are kept: all of one trace or none.';

  -- Takes the events of a batch; says how many and why not the others.
  create function supascope.ingest_events(list jsonb, ids integer[], vital boolean[], at_position bigint,
    out accepted integer, out raw_rows integer, out reasons jsonb)
  language plpgsql set search_path = ''
  as $function$
  declare
    now_ms constant numeric := round(extract(epoch from clock_timestamp()) * 1000);
    oldest constant numeric := now_ms - 172800000;
    newest constant numeric := now_ms + 600000;
    one_in constant integer := (select s.raw_sample from supascope.settings s);
    reports supascope.vital_report[];
    taken_reports record;
  begin
    with sent as (
      select e.item, e.place, e.item -> 'd' as d, e.item -> 't' as t, e.item -> 'v' as v,
        nullif(e.item -> 'w', 'null') as w, nullif(e.item -> 'e', 'null') as e,
        nullif(e.item -> 'tr', 'null') as tr, nullif(e.item -> 'a', 'null') as a,
        nullif(e.item -> 'id', 'null') as id, nullif(e.item -> 's', 'null') as s
      from jsonb_array_elements(list) with ordinality e (item, place)
      where e.place <= 10000
      offset 0
    ),
    typed as (
      select s.item, s.place, s.w, s.e, s.tr, s.a, s.id, s.s,
        case when jsonb_typeof(s.d) = 'number' then s.d::numeric end as d,
        case when jsonb_typeof(s.t) = 'number' then s.t::numeric end as t,
        case when jsonb_typeof(s.v) = 'number' then s.v::numeric end as v
      from sent s
      offset 0
    ),
    judged as materialized (
      select t.*, case
        when jsonb_typeof(t.item) <> 'object' then 'bad_event'
        when t.d is null or t.d not between 0 and 4095 or t.d <> trunc(t.d)
          or ids[t.d::integer + 1] is null then 'bad_dim'
        when t.t is null or abs(t.t) >= 1.797693134862315808e308 then 'bad_time'
        when t.t < oldest then 'too_old'
        when t.t > newest then 'in_future'
        when t.v is null or t.v not between 0 and 1000000000 then 'bad_value'
        when t.w is not null and case when jsonb_typeof(t.w) = 'number'
          then t.w::numeric not between 1 and 1000000 or t.w::numeric <> trunc(t.w::numeric)
          else true end then 'bad_weight'
        when t.e is not null and t.e <> '0' and t.e <> '1' then 'bad_error_flag'
        when t.tr is not null and case when jsonb_typeof(t.tr) = 'string'
          then t.tr #>> '{}' !~ '^[0-9a-f]{32}$' or t.tr = '"00000000000000000000000000000000"'
          else true end then 'bad_trace'
        when t.a is not null and not supascope.attributes_fit(t.a) then 'bad_attributes'
        when t.id is not null and (
          case when jsonb_typeof(t.id) = 'string' then t.id #>> '{}' !~ '^[!-~]{1,64}$' else true end
          or t.s is not null and case when jsonb_typeof(t.s) = 'number'
            then t.s::numeric not between 0 and 1000000 or t.s::numeric <> trunc(t.s::numeric)
            else true end) then 'bad_metric_id'
      end as reason
      from typed t
    ),
    good as materialized (
      select j.place, j.id, j.s,
        to_timestamp(floor(j.t)::double precision / 1000) as ts,
        ids[j.d::integer + 1] as dim_id,
        -- Neither type of float holds what is far below 1e-6, which no sketch tells from it.
        (case when j.v = 0 then 0 else greatest(j.v, 0.000001) end)::double precision::real as value,
        coalesce(j.w::integer, 1) as weight,
        coalesce(j.e::integer, 0)::smallint as flags,
        (j.tr #>> '{}')::uuid as trace,
        case when j.a <> '{}' then j.a end as attrs,
        vital[j.d::integer + 1] as vital
      from judged j
      where j.reason is null
    ),
    kept as materialized (
      select g.* from good g
      where g.id is null and (one_in = 1 or case when g.trace is null
        then random() * one_in < 1 else supascope.is_sampled(g.trace, one_in) end)
    ),
    logs as (
      insert into supascope.performance_logs (ts, position, dim_id, value, weight, flags, trace, attrs)
      select k.ts, at_position, k.dim_id, k.value, k.weight * one_in, k.flags, k.trace, k.attrs
      from kept k where not k.vital
    ),
    vitals as (
      insert into supascope.web_vitals (ts, position, dim_id, value, weight, flags, trace, attrs)
      select k.ts, at_position, k.dim_id, k.value, k.weight * one_in, k.flags, k.trace, k.attrs
      from kept k where k.vital
    ),
    counted as (
      select j.reason, count(*) as times from judged j where j.reason is not null group by j.reason
      union all
      select 'sampled', times from (
        select (select count(*) from good g where g.id is null) - (select count(*) from kept) as times
      ) x where one_in > 1 and times > 0
    )
    select (select count(*) from kept),
      (select coalesce(jsonb_object_agg(c.reason, c.times), '{}') from counted c),
      (select array_agg(row(
          encode(substr(sha256(convert_to(g.id #>> '{}', 'UTF8')), 1, 16), 'hex')::uuid,
          g.ts, g.dim_id, g.value, g.weight, coalesce(g.s::integer, 0), g.flags, g.trace, g.attrs, g.vital, g.place
        )::supascope.vital_report)
        from good g where g.id is not null)
    into accepted, reasons, reports;

    raw_rows := accepted;
    if reports is not null then
      taken_reports := supascope.ingest_reports(reports, at_position, one_in);
      accepted := accepted + taken_reports.accepted;
      raw_rows := raw_rows + taken_reports.raw_rows;
      reasons := supascope.add_counts(reasons, jsonb_build_object(
        'superseded', taken_reports.superseded, 'sampled', taken_reports.sampled));
    end if;
  end
  $function$;

  create function supascope.add_counts(counts jsonb, more jsonb) returns jsonb
  language sql immutable set search_path = ''
  as $function$
    select coalesce(jsonb_object_agg(x.key, x.times), '{}')
    from (
      select c.key, sum(c.value::bigint) as times
      from (select * from jsonb_each(counts) union all select * from jsonb_each(more)) c
      group by c.key
      having sum(c.value::bigint) > 0
    ) x
  $function$;

  create function public.ingest_performance_logs(payload jsonb) returns jsonb
  language plpgsql security definer set search_path = ''
  as $function$
  declare
    batch_id uuid;
    at_position bigint;
    dims record;
    events record;
    sketches record;
    refusal text;
    reasons jsonb := '{}';
    list jsonb;
    entries integer := 0;
    accepted integer := 0;
    raw_rows integer := 0;
    dropped bigint;
    today constant date := (clock_timestamp() at time zone 'UTC')::date;
  begin
    if jsonb_typeof(payload) is distinct from 'object' then
      refusal := 'bad_payload';
    elsif payload -> 'v' is distinct from '1' then
      refusal := 'bad_version';
    elsif jsonb_typeof(payload -> 'id') is distinct from 'string'
      or payload ->> 'id' !~* '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' then
      refusal := 'bad_batch_id';
    end if;

    perform supascope.adopt_cluster();
    at_position := supascope.ingest_position();

    if refusal is not null then
      if refusal <> 'bad_payload' then
        foreach list in array array[payload -> 'events', payload -> 'sketches'] loop
          if jsonb_typeof(list) = 'array' then
            entries := entries + jsonb_array_length(list);
          end if;
        end loop;
      end if;
      reasons := jsonb_build_object(refusal, greatest(1, entries));
      insert into supascope.batches (id, position, accepted, raw_rows, dropped, reasons)
      values (gen_random_uuid(), at_position, 0, 0, greatest(1, entries), reasons);
      return jsonb_build_object('accepted', 0, 'duplicate', false,
        'dropped', greatest(1, entries), 'reasons', reasons);
    end if;

    batch_id := (payload ->> 'id')::uuid;
    -- The same batch may be on its way twice at once.
    perform pg_advisory_xact_lock(uuid_hash_extended(batch_id, 20261115));
    if exists (select from supascope.batches b where b.id = batch_id) then
      return jsonb_build_object('accepted', 0, 'duplicate', true, 'dropped', 0, 'reasons', '{}'::jsonb);
    end if;

    dims := supascope.resolve_dimensions(payload -> 'dims');

    list := payload -> 'events';
    if jsonb_typeof(list) = 'array' then
      if jsonb_array_length(list) > 10000 then
        reasons := supascope.add_counts(reasons, jsonb_build_object('too_many', jsonb_array_length(list) - 10000));
      end if;
      if jsonb_array_length(list) > 0 then
        perform supascope.ensure_partitions('performance_logs', today - 2, today + 1);
        perform supascope.ensure_partitions('web_vitals', today - 2, today + 1);
        events := supascope.ingest_events(list, dims.ids, dims.vital, at_position);
        accepted := events.accepted;
        raw_rows := events.raw_rows;
        reasons := supascope.add_counts(reasons, events.reasons);
      end if;
    elsif jsonb_typeof(list) <> 'null' then
      reasons := supascope.add_counts(reasons, '{"bad_event": 1}');
    end if;

    list := payload -> 'sketches';
    if jsonb_typeof(list) = 'array' then
      if jsonb_array_length(list) > 4096 then
        reasons := supascope.add_counts(reasons, jsonb_build_object('too_many', jsonb_array_length(list) - 4096));
      end if;
      if jsonb_array_length(list) > 0 then
        perform supascope.ensure_partitions('sketch_minutes', today - 2, today + 1);
        sketches := supascope.ingest_sketches(list, dims.ids, at_position);
        accepted := accepted + sketches.accepted;
        reasons := supascope.add_counts(reasons, sketches.reasons);
      end if;
    elsif jsonb_typeof(list) <> 'null' then
      reasons := supascope.add_counts(reasons, '{"bad_sketch": 1}');
    end if;

    dropped := (select coalesce(sum(r.value::bigint), 0) from jsonb_each(reasons) r);
    insert into supascope.batches (id, position, accepted, raw_rows, dropped, reasons)
    values (batch_id, at_position, accepted, raw_rows, dropped, nullif(
      reasons || case when jsonb_typeof(payload -> 'dropped') = 'number'
        and (payload -> 'dropped')::numeric between 1 and 1000000000
        then jsonb_build_object('sender', trunc((payload -> 'dropped')::numeric)) else '{}' end, '{}'));
    return jsonb_build_object('accepted', accepted, 'duplicate', false, 'dropped', dropped, 'reasons', reasons);
  end
  $function$;
  comment on function public.ingest_performance_logs(jsonb) is
    'Takes a batch of timings, vitals and sketches (wire format v1) for Supascope; for service_role alone.';

  perform supascope.lock_down();
  revoke all on function public.ingest_performance_logs(jsonb) from public;
  if exists (select from pg_catalog.pg_roles r where r.rolname = 'anon') then
    revoke all on function public.ingest_performance_logs(jsonb) from anon;
  end if;
  if exists (select from pg_catalog.pg_roles r where r.rolname = 'authenticated') then
    revoke all on function public.ingest_performance_logs(jsonb) from authenticated;
  end if;
  if exists (select from pg_catalog.pg_roles r where r.rolname = 'service_role') then
    grant execute on function public.ingest_performance_logs(jsonb) to service_role;
  end if;
end
$migration$;
