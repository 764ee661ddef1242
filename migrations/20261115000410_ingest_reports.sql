-- Ingest: vitals that may be reported again, of which the last report counts.

do $migration$
begin
  perform pg_advisory_xact_lock(hashtextextended('supascope.schema_migrations', 0));

  insert into supascope.schema_migrations (name, breaking)
  values ('20261115000410_ingest_reports', false)
  on conflict do nothing;
  if not found then
    return;
  end if;

  create function supascope.is_sampled(key uuid, one_in integer) returns boolean
  language sql immutable set search_path = ''
  as $function$
    select one_in = 1 or (uuid_hash_extended(key, 0) & (one_in - 1)) = 0
  $function$;
  comment on function supascope.is_sampled(uuid, integer) is
    'Whether raw events with this trace or metric id are kept: all of one trace or none.';

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

  perform supascope.lock_down();
end
$migration$;
