-- The one way in: a batch of events and sketches.
--
-- client-sdk/src/wire.ts describes the format; golden vectors hold both to the same answers.

do $migration$
begin
  perform pg_advisory_xact_lock(hashtextextended('supascope.schema_migrations', 0));

  insert into supascope.schema_migrations (name, breaking)
  values ('20261115000430_ingest_batch', false)
  on conflict do nothing;
  if not found then
    return;
  end if;

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
    reasons jsonb := '{}'::jsonb;
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
