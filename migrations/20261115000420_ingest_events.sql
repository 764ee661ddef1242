-- Ingest: events, each judged by itself.

do $migration$
begin
  perform pg_advisory_xact_lock(hashtextextended('supascope.schema_migrations', 0));

  insert into supascope.schema_migrations (name, breaking)
  values ('20261115000420_ingest_events', false)
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

  -- The usual batch: nothing is wrong in it, and no event has a metric id. Typed columns instead of
  -- a judgement a field take it at a third of the cost; null, and nothing taken, if it is not so.
  -- What a type's input refuses ends in the handler; 32 characters that make a uuid are hex digits.
  create function supascope.ingest_plain_events(list jsonb, ids integer[], into_vitals boolean, at_position bigint)
  returns integer
  language plpgsql set search_path = ''
  as $function$
  declare
    now_ms constant double precision := floor(extract(epoch from clock_timestamp()) * 1000);
    taken integer;
  begin
    -- A typed column takes the text '1' for a number, and a number for a text.
    if list @? 'strict $[*] ? (@.d starts with "" || @.t starts with "" || @.v starts with ""
      || @.w starts with "" || @.e starts with "" || @.tr.type() == "number" || exists (@.id))' then
      return null;
    end if;
    if into_vitals then
      insert into supascope.web_vitals (ts, position, dim_id, value, weight, flags, trace, attrs)
      select to_timestamp(floor(e.t) / 1000), at_position, ids[e.d + 1],
        (case when e.v = 0 then 0 else greatest(e.v, 0.000001) end)::real,
        coalesce(e.w, 1), coalesce(e.e, 0), e.tr::uuid, nullif(e.a, '{}')
      from jsonb_to_recordset(list) e (d integer, t double precision, v double precision, w integer, e smallint,
        tr text, a jsonb)
      where e.t between now_ms - 172800000 and now_ms + 600000 and e.v between 0 and 1e9 and ids[e.d + 1] is not null
        and (e.w is null or e.w between 1 and 1000000) and (e.e is null or e.e between 0 and 1)
        and (e.tr is null or length(e.tr) = 32 and e.tr = lower(e.tr collate "C") and e.tr <> '00000000000000000000000000000000')
        and (e.a is null or supascope.attributes_fit(e.a));
    else
      insert into supascope.performance_logs (ts, position, dim_id, value, weight, flags, trace, attrs)
      select to_timestamp(floor(e.t) / 1000), at_position, ids[e.d + 1],
        (case when e.v = 0 then 0 else greatest(e.v, 0.001) end)::real,
        coalesce(e.w, 1), coalesce(e.e, 0), e.tr::uuid, nullif(e.a, '{}')
      from jsonb_to_recordset(list) e (d integer, t double precision, v double precision, w integer, e smallint,
        tr text, a jsonb)
      where e.t between now_ms - 172800000 and now_ms + 600000 and e.v between 0 and 1e9 and ids[e.d + 1] is not null
        and (e.w is null or e.w between 1 and 1000000) and (e.e is null or e.e between 0 and 1)
        and (e.tr is null or length(e.tr) = 32 and e.tr = lower(e.tr collate "C") and e.tr <> '00000000000000000000000000000000')
        and (e.a is null or supascope.attributes_fit(e.a));
    end if;
    get diagnostics taken = row_count;
    if taken < jsonb_array_length(list) then
      -- Takes back what was written.
      raise exception using errcode = 'data_exception';
    end if;
    return taken;
  exception when data_exception or invalid_parameter_value or datatype_mismatch then
    return null;
  end
  $function$;

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
    if one_in = 1 and jsonb_array_length(list) <= 10000 and (true = any (vital)) <> (false = any (vital)) then
      raw_rows := supascope.ingest_plain_events(list, ids, true = any (vital), at_position);
      if raw_rows is not null then
        accepted := raw_rows;
        reasons := '{}';
        return;
      end if;
    end if;

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
          then length(t.tr #>> '{}') <> 32 or t.tr #>> '{}' ~ '[^0-9a-f]' or t.tr = '"00000000000000000000000000000000"'
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
        -- The least that a sketch tells from zero; for CLS, which is in it times 1000, that is less.
        (case when j.v = 0 then 0 when vital[j.d::integer + 1] then greatest(j.v, 0.000001)
          else greatest(j.v, 0.001) end)::double precision::real as value,
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

  perform supascope.lock_down();
end
$migration$;
