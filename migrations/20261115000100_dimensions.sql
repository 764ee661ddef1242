-- What events are about: a capped dictionary of label sets.

do $migration$
begin
  perform pg_advisory_xact_lock(hashtextextended('supascope.schema_migrations', 0));

  insert into supascope.schema_migrations (name, breaking)
  values ('20261115000100_dimensions', false)
  on conflict do nothing;
  if not found then
    return;
  end if;

  -- Absent labels are empty strings, which no sender may send.
  create table supascope.dimensions (
    id integer generated always as identity primary key,
    kind text not null check (kind in ('function', 'span', 'api', 'vital', 'load')),
    name text not null,
    route text not null default '',
    method text not null default '',
    status text not null default '',
    device text not null default '',
    country text not null default '',
    region text not null default '',
    release text not null default '',
    -- Sketches have no place for what is below 0.001, so CLS is in them times 1000.
    scale integer not null
      generated always as (case when kind = 'vital' and name = 'CLS' then 1000 else 1 end) stored,
    first_seen_at timestamptz not null default now(),
    -- Nothing is stored for it any more: it goes, unless it is sent again before.
    retired_at timestamptz,
    -- As most senders write it: found by its hash, at a tenth of the cost of comparing nine labels.
    sent_as jsonb,
    unique (kind, name, route, method, status, device, country, region, release)
  );
  comment on table supascope.dimensions is
    'Label sets. Beyond the cap of settings every new one counts as __other__ of its kind.';
  comment on column supascope.dimensions.scale is 'What a value is multiplied by in a sketch; reading divides by it.';

  create index on supascope.dimensions (jsonb_hash_extended(sent_as, 0));

  insert into supascope.dimensions (kind, name, route)
  values ('function', '__other__', ''), ('span', '__other__', ''), ('api', '__other__', ''),
    ('load', '__other__', ''), ('vital', 'LCP', '__other__'), ('vital', 'INP', '__other__'),
    ('vital', 'CLS', '__other__'), ('vital', 'FCP', '__other__'), ('vital', 'TTFB', '__other__');

  -- Counted apart, so that a flood of new labels does not make every batch count the table.
  create table supascope.dimension_counts (
    kind text primary key,
    dimensions integer not null default 0
  );
  insert into supascope.dimension_counts (kind)
  values ('function'), ('span'), ('api'), ('vital'), ('load');
  comment on table supascope.dimension_counts is
    'How many label sets each kind has, those of __other__ aside.';

  create function supascope.is_label(value jsonb, max_length integer) returns boolean
  language sql immutable set search_path = ''
  as $function$
    select jsonb_typeof(value) = 'string' and length(value #>> '{}') between 1 and max_length
      and value #>> '{}' !~ '[\u0001-\u001f\u007f-\u009f]'
  $function$;

  -- One row a dimension that was sent, in order; kind is null if it is none. What is not a text, or
  -- an empty one, comes as a control character, which no label may have.
  create function supascope.read_dimensions(dims jsonb)
  returns table (place integer, kind text, name text, route text, method text, status text,
    device text, country text, region text, release text)
  language sql stable set search_path = ''
  as $function$
    select e.place::integer, k.kind,
      case when jsonb_typeof(e.dim -> 'name') = 'string' then e.dim ->> 'name' else '' end,
      case when e.dim -> 'route' is null or e.dim -> 'route' = 'null' then ''
        when jsonb_typeof(e.dim -> 'route') = 'string' and e.dim ->> 'route' <> '' then e.dim ->> 'route'
        else chr(1) end,
      case when k.kind not in ('function', 'api', 'load') or e.dim -> 'method' is null or e.dim -> 'method' = 'null' then ''
        when jsonb_typeof(e.dim -> 'method') = 'string' and e.dim ->> 'method' <> '' then e.dim ->> 'method'
        else chr(1) end,
      case when k.kind = 'vital' or e.dim -> 'status' is null or e.dim -> 'status' = 'null' then ''
        when jsonb_typeof(e.dim -> 'status') = 'string' and e.dim ->> 'status' <> '' then e.dim ->> 'status'
        else chr(1) end,
      case when k.kind not in ('api', 'vital') or e.dim -> 'device' is null or e.dim -> 'device' = 'null' then ''
        when jsonb_typeof(e.dim -> 'device') = 'string' and e.dim ->> 'device' <> '' then e.dim ->> 'device'
        else chr(1) end,
      case when k.kind not in ('function', 'api', 'vital') or e.dim -> 'country' is null or e.dim -> 'country' = 'null' then ''
        when jsonb_typeof(e.dim -> 'country') = 'string' and e.dim ->> 'country' <> '' then e.dim ->> 'country'
        else chr(1) end,
      case when e.dim -> 'region' is null or e.dim -> 'region' = 'null' then ''
        when jsonb_typeof(e.dim -> 'region') = 'string' and e.dim ->> 'region' <> '' then e.dim ->> 'region'
        else chr(1) end,
      case when e.dim -> 'release' is null or e.dim -> 'release' = 'null' then ''
        when jsonb_typeof(e.dim -> 'release') = 'string' and e.dim ->> 'release' <> '' then e.dim ->> 'release'
        else chr(1) end
    from jsonb_array_elements(case when jsonb_typeof(dims) = 'array' then dims else '[]' end)
      with ordinality e (dim, place)
    cross join lateral (
      select case when jsonb_typeof(e.dim) = 'object' and jsonb_typeof(e.dim -> 'kind') = 'string'
        and e.dim ->> 'kind' in ('function', 'span', 'api', 'vital', 'load') then e.dim ->> 'kind' end as kind
    ) k
    where e.place <= 4096
  $function$;

  create function supascope.is_dimension(kind text, name text, route text, method text, status text,
    device text, country text, region text, release text)
  returns boolean
  language sql immutable set search_path = ''
  as $function$
    select kind is not null
      and length(name) between 1 and 128 and length(route) <= 256 and length(device) <= 32
      and length(region) <= 64 and length(release) <= 64
      -- A query string or a fragment holds what must not be stored.
      and route !~ '[?#]'
      and concat(name, route, device, region, release) !~ '[\u0001-\u001f\u007f-\u009f]'
      and method ~ '^([A-Z]{1,16})?$' and status ~ '^([1-5]xx)?$' and country ~ '^([A-Z]{2})?$'
      and (kind <> 'vital' or name in ('LCP', 'INP', 'CLS', 'FCP', 'TTFB'))
  $function$;

  create function supascope.missing_dimensions(dims jsonb)
  returns table (kind text, name text, route text, method text, status text, device text,
    country text, region text, release text, fits boolean)
  language sql stable set search_path = ''
  as $function$
    select m.*, c.dimensions + row_number() over (partition by m.kind) <= s.dimension_cap
    from (
      select distinct n.kind, n.name, n.route, n.method, n.status, n.device, n.country, n.region, n.release
      from supascope.read_dimensions(dims) n
      left join supascope.dimensions d using (kind, name, route, method, status, device, country, region, release)
      where d.id is null and supascope.is_dimension(n.kind, n.name, n.route, n.method, n.status,
        n.device, n.country, n.region, n.release)
    ) m
    join supascope.dimension_counts c using (kind)
    cross join supascope.settings s
  $function$;

  create function supascope.add_dimensions(dims jsonb) returns void
  language plpgsql set search_path = '' set lock_timeout = '5s'
  as $function$
  begin
    -- At the cap nobody waits for anybody.
    if not exists (select from supascope.missing_dimensions(dims) m where m.fits) then
      return;
    end if;
    -- One at a time, so that the cap is exact.
    perform pg_advisory_xact_lock(hashtextextended('supascope.dimensions', 0));
    with added as (
      insert into supascope.dimensions (kind, name, route, method, status, device, country, region, release, sent_as)
      select m.kind, m.name, m.route, m.method, m.status, m.device, m.country, m.region, m.release,
        jsonb_strip_nulls(jsonb_build_object('kind', m.kind, 'name', m.name, 'route', nullif(m.route, ''),
          'method', nullif(m.method, ''), 'status', nullif(m.status, ''), 'device', nullif(m.device, ''),
          'country', nullif(m.country, ''), 'region', nullif(m.region, ''), 'release', nullif(m.release, '')))
      from supascope.missing_dimensions(dims) m where m.fits
      returning kind
    )
    update supascope.dimension_counts c
    set dimensions = c.dimensions + a.times
    from (select a.kind, count(*) as times from added a group by a.kind) a
    where c.kind = a.kind;
  exception when lock_not_available then
    -- Someone has new labels in a transaction that does not end: these count as __other__.
    return;
  end
  $function$;

  create function supascope.revive_dimensions(ids integer[]) returns void
  language sql volatile set search_path = ''
  as $function$
    update supascope.dimensions d set retired_at = null
    where d.id in (
      select r.id from supascope.dimensions r
      where r.id = any (ids) and r.retired_at is not null order by r.id for update)
  $function$;

  create function supascope.resolve_dimensions(dims jsonb, out ids integer[], out vital boolean[])
  language plpgsql set search_path = ''
  as $function$
  declare
    missing boolean;
    retired boolean;
  begin
    if jsonb_typeof(dims) is distinct from 'array' then
      return;
    end if;
    select array_agg(d.id order by e.place), array_agg(d.kind = 'vital' order by e.place),
      bool_or(d.id is null), bool_or(d.retired_at is not null)
    into ids, vital, missing, retired
    from jsonb_array_elements(dims) with ordinality e (dim, place)
    left join supascope.dimensions d
      on jsonb_hash_extended(d.sent_as, 0) = jsonb_hash_extended(e.dim, 0) and d.sent_as = e.dim
    where e.place <= 4096;
    if missing is not true and retired is not true then
      return;
    end if;
    if retired then
      perform supascope.revive_dimensions(ids);
    end if;

    -- What was removed meanwhile is missing here.
    select array_agg(d.id order by n.place), array_agg(n.kind = 'vital' order by n.place),
      bool_or(n.kind is not null and d.id is null), bool_or(d.retired_at is not null)
    into ids, vital, missing, retired
    from supascope.read_dimensions(dims) n
    left join supascope.dimensions d using (kind, name, route, method, status, device, country, region, release);
    if retired then
      perform supascope.revive_dimensions(ids);
      missing := true;
    end if;
    if missing is not true then
      return;
    end if;

    perform supascope.add_dimensions(dims);
    select array_agg(coalesce(d.id, other.id) order by n.place)
    into ids
    from supascope.read_dimensions(dims) n
    left join supascope.dimensions d using (kind, name, route, method, status, device, country, region, release)
    left join supascope.dimensions other on d.id is null and other.kind = n.kind
      and supascope.is_dimension(n.kind, n.name, n.route, n.method, n.status,
        n.device, n.country, n.region, n.release)
      and other.name = case when n.kind = 'vital' then n.name else '__other__' end
      and other.route = case when n.kind = 'vital' then '__other__' else '' end
      and (other.method, other.status, other.device, other.country, other.region, other.release)
        = ('', '', '', '', '', '');
  end
  $function$;
  comment on function supascope.resolve_dimensions(jsonb) is
    'Ids of the dimensions that were sent, in order, null for bad ones; makes new ones up to the cap.';

  perform supascope.close_table('supascope.dimensions');
  perform supascope.close_table('supascope.dimension_counts');
  perform supascope.lock_down();
end
$migration$;
