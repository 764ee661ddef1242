-- Ingest: sketches that the sender has already made.

do $migration$
begin
  perform pg_advisory_xact_lock(hashtextextended('supascope.schema_migrations', 0));

  insert into supascope.schema_migrations (name, breaking)
  values ('20261115000400_ingest_sketches', false)
  on conflict do nothing;
  if not found then
    return;
  end if;

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

  -- The usual batch, in which nothing is wrong, by typed columns: a fifth of the cost of judging each
  -- number. Null, and nothing taken, if it is not so.
  create function supascope.ingest_plain_sketches(list jsonb, ids integer[], at_position bigint) returns integer
  language plpgsql set search_path = ''
  as $function$
  declare
    now_ms constant double precision := extract(epoch from clock_timestamp()) * 1000;
    taken integer;
  begin
    -- Typed columns take texts for numbers and for arrays, and [[]] for [].
    if list @? 'strict $[*] ? (@.d starts with "" || @.t starts with "" || @.n starts with ""
      || @.err starts with "" || @.z starts with "" || @.sum starts with "" || @.min starts with ""
      || @.max starts with "" || @.i starts with "" || @.c starts with ""
      || exists (@.i[*] ? (@ starts with "" || @.type() == "array"))
      || exists (@.c[*] ? (@ starts with "" || @.type() == "array")))' then
      return null;
    end if;
    insert into supascope.sketch_minutes (bucket, position, n, err, zeros, sum, min, max, dim_id, idx, cnt)
    select to_timestamp(s.t / 1000), at_position, s.n, s.err, s.z, s.sum, s.min, s.max, ids[s.d + 1], s.i, s.c
    from jsonb_to_recordset(list) s (d integer, t double precision, n bigint, err bigint, z bigint,
      sum double precision, min double precision, max double precision, i smallint[], c bigint[])
    cross join lateral (
      select coalesce(sum(u.c), 0) as total, count(*) as bins, coalesce(bool_and(coalesce(
        u.i between -345 and 1037 and u.c between 1 and 1000000000000, false)), true) as fit
      from unnest(s.i, s.c) u (i, c)
    ) b
    where ids[s.d + 1] is not null
      and s.t between now_ms - 172800000 and now_ms + 600000 and s.t = floor(s.t / 60000) * 60000
      and s.n between 1 and 1000000000000 and s.err between 0 and s.n and s.z between 0 and s.n
      and s.sum between 0 and s.n * 1e9 and s.max between 0 and 1e9 and s.min between 0 and s.max
      and s.i is not null and s.c is not null and b.fit and b.bins = cardinality(s.i) and b.bins = cardinality(s.c)
      and coalesce(array_ndims(s.i), 1) = 1 and coalesce(array_ndims(s.c), 1) = 1
      and b.total + s.z = s.n
      and not exists (select from generate_series(2, b.bins) k where s.i[k] <= s.i[k - 1]);
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

  -- Takes the sketches of a batch; says how many and why not the others.
  create function supascope.ingest_sketches(list jsonb, ids integer[], at_position bigint,
    out accepted integer, out reasons jsonb)
  language plpgsql set search_path = ''
  as $function$
  declare
    now_ms constant double precision := extract(epoch from clock_timestamp()) * 1000;
  begin
    if jsonb_array_length(list) <= 4096 then
      accepted := supascope.ingest_plain_sketches(list, ids, at_position);
    end if;
    if accepted is not null then
      reasons := '{}';
      return;
    end if;

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

  perform supascope.lock_down();
end
$migration$;
