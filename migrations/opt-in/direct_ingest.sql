-- Supascope, opt-in: browsers send Web Vitals straight to the database, past the edge function.
--
-- Read docs/direct-ingest.md first: this lets `anon` execute a function that writes. Not one of the
-- migrations that everyone gets, so it is in no ledger; it may be applied again.
-- `supascope init --direct-ingest` knows a copy by this name: 'direct_ingest'.

do $migration$
begin
  perform pg_advisory_xact_lock(hashtextextended('supascope.schema_migrations', 0));

  create table if not exists supascope.direct_ingest (
    id smallint primary key default 1 check (id = 1),
    -- As browsers send it: https://example.com. Nothing is taken while there is none.
    origins text[] not null default '{}',
    calls_per_client_and_minute integer not null default 20 check (calls_per_client_and_minute > 0),
    calls_per_minute integer not null default 3000 check (calls_per_minute > 0),
    salt uuid not null default gen_random_uuid()
  );
  insert into supascope.direct_ingest default values on conflict do nothing;
  alter table supascope.direct_ingest enable row level security;
  comment on table supascope.direct_ingest is 'One row: who may use public.ingest_web_vitals(text), and how often.';

  -- Unlogged: a crash forgives a minute. Of a client only a salted hash is kept, for ten minutes.
  create unlogged table if not exists supascope.direct_calls (
    client uuid not null,
    minute timestamptz not null,
    calls integer not null,
    primary key (client, minute)
  );
  alter table supascope.direct_calls enable row level security;

  create or replace function supascope.count_direct_call(who uuid, most integer) returns boolean
  language plpgsql set search_path = ''
  as $function$
  declare
    so_far integer;
  begin
    insert into supascope.direct_calls as c (client, minute, calls)
    values (who, date_bin('1 minute', clock_timestamp(), 'epoch'), 1)
    on conflict (client, minute) do update set calls = c.calls + 1
    returning calls into so_far;
    return so_far <= most;
  end
  $function$;

  create or replace function supascope.may_ingest_directly() returns boolean
  language plpgsql set search_path = ''
  as $function$
  declare
    rules supascope.direct_ingest;
    headers jsonb;
    address text;
    client uuid;
  begin
    select * into rules from supascope.direct_ingest;
    headers := coalesce(nullif(current_setting('request.headers', true), ''), '{}')::jsonb;
    if not coalesce(headers ->> 'origin' = any (rules.origins), false) then
      return false;
    end if;
    -- What the proxy in front says; the first of x-forwarded-for is whatever the client wrote.
    address := coalesce(headers ->> 'cf-connecting-ip', headers ->> 'x-real-ip',
      regexp_replace(coalesce(headers ->> 'x-forwarded-for', ''), '^.*,\s*', ''));
    client := substr(encode(sha256(convert_to(rules.salt || address, 'UTF8')), 'hex'), 1, 32)::uuid;
    if random() < 0.01 then
      delete from supascope.direct_calls c where c.minute < clock_timestamp() - interval '10 minutes';
    end if;
    -- All together in sixteen parts, so that not every call waits for the same row.
    return supascope.count_direct_call(client, rules.calls_per_client_and_minute)
      and supascope.count_direct_call(
        ('00000000-0000-0000-0000-0000000000' || lpad(to_hex(abs(uuid_hash(client)::bigint) % 16), 2, '0'))::uuid,
        rules.calls_per_minute / 16 + 1);
  end
  $function$;

  -- Vitals alone, fifty at most, each of weight one and without attributes.
  create or replace function supascope.only_vitals(payload jsonb) returns jsonb
  language sql stable set search_path = ''
  as $function$
    select jsonb_build_object('v', payload -> 'v', 'id', payload -> 'id',
      'dims', (
        select coalesce(jsonb_agg(case when d.dim @> '{"kind": "vital"}' then d.dim end order by d.place), '[]')
        from jsonb_array_elements(case when jsonb_typeof(payload -> 'dims') = 'array' then payload -> 'dims' else '[]' end)
          with ordinality d (dim, place)
        where d.place <= 50),
      'events', (
        select coalesce(jsonb_agg(case when jsonb_typeof(e.event) = 'object' then e.event - array['w', 'a'] end order by e.place), '[]')
        from jsonb_array_elements(case when jsonb_typeof(payload -> 'events') = 'array' then payload -> 'events' else '[]' end)
          with ordinality e (event, place)
        where e.place <= 50))
  $function$;

  -- One unnamed text: PostgREST takes it as text/plain, which browsers send without asking first.
  create or replace function public.ingest_web_vitals(text) returns void
  language plpgsql security definer set search_path = ''
  as $function$
  declare
    payload jsonb;
  begin
    if octet_length($1) > 16384 or not supascope.may_ingest_directly() then
      return;
    end if;
    begin
      payload := $1::jsonb;
    exception when data_exception or program_limit_exceeded or statement_too_complex then
      return;
    end;
    if jsonb_typeof(payload) = 'object' then
      perform public.ingest_performance_logs(supascope.only_vitals(payload));
    end if;
  end
  $function$;
  comment on function public.ingest_web_vitals(text) is
    'Takes Web Vitals from browsers for Supascope. Says nothing about what it took: anyone may call it.';

  perform supascope.lock_down();
  revoke all on function public.ingest_web_vitals(text) from public;
  grant execute on function public.ingest_web_vitals(text) to anon;
end
$migration$;
