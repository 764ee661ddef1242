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
    unique (kind, name, route, method, status, device, country, region, release)
  );
  comment on table supascope.dimensions is
    'Label sets. Beyond the cap of settings every new one counts as __other__ of its kind.';
  comment on column supascope.dimensions.scale is 'What a value is multiplied by in a sketch; reading divides by it.';

  insert into supascope.dimensions (kind, name, route)
  values ('function', '__other__', ''), ('span', '__other__', ''), ('api', '__other__', ''),
    ('load', '__other__', ''), ('vital', 'LCP', '__other__'), ('vital', 'INP', '__other__'),
    ('vital', 'CLS', '__other__'), ('vital', 'FCP', '__other__'), ('vital', 'TTFB', '__other__');

  -- Counted apart, so that a flood of new labels does not make every batch count the table.
  create table supascope.dimension_counts (
    kind text primary key,
    dimensions integer not null default 0,
    overflowed bigint not null default 0
  );
  insert into supascope.dimension_counts (kind)
  values ('function'), ('span'), ('api'), ('vital'), ('load');
  comment on table supascope.dimension_counts is
    'How many label sets each kind has, and how often one was turned away at the cap.';

  create function supascope.is_label(value jsonb, max_length integer) returns boolean
  language sql immutable set search_path = ''
  as $function$
    select jsonb_typeof(value) = 'string' and length(value #>> '{}') between 1 and max_length
      and value #>> '{}' !~ '[\u0001-\u001f\u007f-\u009f]'
  $function$;

  -- One row a dimension that was sent, in order; kind is null if it is not a good one.
  create function supascope.read_dimensions(dims jsonb)
  returns table (place integer, kind text, name text, route text, method text, status text,
    device text, country text, region text, release text)
  language sql stable set search_path = ''
  as $function$
    with sent as (
      select e.place, e.dim,
        case when jsonb_typeof(e.dim) = 'object' and jsonb_typeof(e.dim -> 'kind') = 'string'
          then e.dim ->> 'kind' end as kind
      from jsonb_array_elements(case when jsonb_typeof(dims) = 'array' then dims else '[]' end)
        with ordinality e (dim, place)
      where e.place <= 4096
    ),
    -- Labels that the kind does not have are ignored, and null is absent.
    masked as (
      select s.place, s.kind, s.dim -> 'name' as name,
        nullif(s.dim -> 'route', 'null') as route,
        case when s.kind in ('function', 'api', 'load') then nullif(s.dim -> 'method', 'null') end as method,
        case when s.kind <> 'vital' then nullif(s.dim -> 'status', 'null') end as status,
        case when s.kind in ('api', 'vital') then nullif(s.dim -> 'device', 'null') end as device,
        case when s.kind in ('function', 'api', 'vital') then nullif(s.dim -> 'country', 'null') end as country,
        nullif(s.dim -> 'region', 'null') as region,
        nullif(s.dim -> 'release', 'null') as release
      from sent s
    ),
    judged as (
      select m.*, coalesce(m.kind in ('function', 'span', 'api', 'vital', 'load')
        and supascope.is_label(m.name, 128)
        and (m.kind <> 'vital' or m.name #>> '{}' in ('LCP', 'INP', 'CLS', 'FCP', 'TTFB'))
        and (m.route is null or supascope.is_label(m.route, 256) and m.route #>> '{}' !~ '[?#]')
        and (m.method is null or jsonb_typeof(m.method) = 'string' and m.method #>> '{}' ~ '^[A-Z]{1,16}$')
        and (m.status is null or jsonb_typeof(m.status) = 'string' and m.status #>> '{}' ~ '^[1-5]xx$')
        and (m.device is null or supascope.is_label(m.device, 32))
        and (m.country is null or jsonb_typeof(m.country) = 'string' and m.country #>> '{}' ~ '^[A-Z]{2}$')
        and (m.region is null or supascope.is_label(m.region, 64))
        and (m.release is null or supascope.is_label(m.release, 64)), false) as good
      from masked m
    )
    select j.place::integer, case when j.good then j.kind end, j.name #>> '{}',
      coalesce(j.route #>> '{}', ''), coalesce(j.method #>> '{}', ''),
      coalesce(j.status #>> '{}', ''), coalesce(j.device #>> '{}', ''),
      coalesce(j.country #>> '{}', ''), coalesce(j.region #>> '{}', ''),
      coalesce(j.release #>> '{}', '')
    from judged j
  $function$;

  create function supascope.add_dimensions(dims jsonb) returns void
  language plpgsql set search_path = ''
  as $function$
  begin
    -- One at a time, so that the cap is exact; only who brings new labels comes here.
    perform pg_advisory_xact_lock(hashtextextended('supascope.dimensions', 0));
    with missing as (
      select distinct n.kind, n.name, n.route, n.method, n.status, n.device, n.country, n.region, n.release
      from supascope.read_dimensions(dims) n
      left join supascope.dimensions d using (kind, name, route, method, status, device, country, region, release)
      where n.kind is not null and d.id is null
    ),
    ranked as (
      select m.*, c.dimensions + row_number() over (partition by m.kind) <= s.dimension_cap as fits
      from missing m
      join supascope.dimension_counts c using (kind)
      cross join supascope.settings s
    ),
    counted as (
      update supascope.dimension_counts c
      set dimensions = c.dimensions + r.fitting, overflowed = c.overflowed + r.rest
      from (
        select r.kind, count(*) filter (where r.fits) as fitting, count(*) filter (where not r.fits) as rest
        from ranked r group by r.kind
      ) r
      where c.kind = r.kind
    )
    insert into supascope.dimensions (kind, name, route, method, status, device, country, region, release)
    select r.kind, r.name, r.route, r.method, r.status, r.device, r.country, r.region, r.release
    from ranked r where r.fits;
  end
  $function$;

  create function supascope.resolve_dimensions(dims jsonb, out ids integer[], out vital boolean[])
  language plpgsql set search_path = ''
  as $function$
  declare
    missing boolean;
  begin
    select array_agg(d.id order by n.place), array_agg(n.kind = 'vital' order by n.place),
      bool_or(n.kind is not null and d.id is null)
    into ids, vital, missing
    from supascope.read_dimensions(dims) n
    left join supascope.dimensions d using (kind, name, route, method, status, device, country, region, release);
    if missing is not true then
      return;
    end if;

    perform supascope.add_dimensions(dims);
    select array_agg(coalesce(d.id, other.id) order by n.place)
    into ids
    from supascope.read_dimensions(dims) n
    left join supascope.dimensions d using (kind, name, route, method, status, device, country, region, release)
    left join supascope.dimensions other on d.id is null and other.kind = n.kind
      and other.name = case when n.kind = 'vital' then n.name else '__other__' end
      and other.route = case when n.kind = 'vital' then '__other__' else '' end
      and (other.method, other.status, other.device, other.country, other.region, other.release)
        = ('', '', '', '', '', '');
  end
  $function$;
  comment on function supascope.resolve_dimensions(jsonb) is
    'Ids of the dimensions that were sent, in order, null for bad ones; makes new ones up to the cap.';

  alter table supascope.dimensions enable row level security;
  alter table supascope.dimension_counts enable row level security;
  perform supascope.lock_down();
end
$migration$;
