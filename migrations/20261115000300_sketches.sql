-- Sketches: DDSketch of 1 % relative error in plain SQL, by minute, hour and day.

do $migration$
declare
  -- The powers of gamma from -346 to 1037 by repeated multiplication, as client-sdk/src/sketch.ts
  -- makes them: no logarithm, so that every double falls into the same bin everywhere.
  gamma constant double precision := (1 + 0.01::double precision) / (1 - 0.01::double precision);
  borders double precision[] := array[1::double precision];
begin
  perform pg_advisory_xact_lock(hashtextextended('supascope.schema_migrations', 0));

  insert into supascope.schema_migrations (name, breaking)
  values ('20261115000300_sketches', false)
  on conflict do nothing;
  if not found then
    return;
  end if;

  for bin in 1..1037 loop
    borders := borders || borders[bin] * gamma;
  end loop;
  for bin in 1..346 loop
    borders := borders[1] / gamma || borders;
  end loop;

  perform set_config('extra_float_digits', '1', true);
  execute format($format$
    create function supascope.sketch_borders() returns double precision[]
    language sql immutable parallel safe set search_path = ''
    as $borders$select %L::double precision[]$borders$
  $format$, borders);
  comment on function supascope.sketch_borders() is
    'Element i + 346 is the lower border of bin i, element i + 347 the upper; bins are from -345 to 1037.';

  create function supascope.sketch_bin(value double precision) returns smallint
  language sql immutable parallel safe set search_path = ''
  as $function$
    select (width_bucket(least(greatest(value, 1e-3), 1e9), supascope.sketch_borders()) - 346)::smallint
    where value > 0
  $function$;
  comment on function supascope.sketch_bin(double precision) is
    'The bin of a positive value; null for the others, which are counted as zeros.';

  create function supascope.sketch_bin_value(bin integer) returns double precision
  language sql immutable parallel safe set search_path = ''
  as $function$
    select (supascope.sketch_borders())[bin + 347] * 0.99
  $function$;
  comment on function supascope.sketch_bin_value(integer) is
    'What stands for every value of a bin: at most 1 % away from each of them.';

  -- Counts are weighted. A bin may occur in partials of one bucket any number of times.
  create type supascope.sketch as (
    bucket timestamptz,
    dim_id integer,
    n bigint,
    err bigint,
    zeros bigint,
    sum double precision,
    min double precision,
    max double precision,
    idx smallint[],
    cnt bigint[]
  );

  create table supascope.sketch_minutes (
    bucket timestamptz not null,
    position bigint not null default supascope.ingest_position(),
    n bigint not null,
    err bigint not null,
    zeros bigint not null,
    sum double precision not null,
    min double precision not null,
    max double precision not null,
    dim_id integer not null,
    idx smallint[] not null,
    cnt bigint[] not null
  ) partition by range (bucket);
  create index on supascope.sketch_minutes (dim_id, bucket);
  create index on supascope.sketch_minutes using brin (position) with (pages_per_range = 16, autosummarize = on);
  comment on table supascope.sketch_minutes is
    'Partials by minute, only ever appended: several may be there for one minute and dimension.';

  create table supascope.sketch_hours (
    bucket timestamptz not null,
    n bigint not null,
    err bigint not null,
    zeros bigint not null,
    sum double precision not null,
    min double precision not null,
    max double precision not null,
    p50 double precision,
    p75 double precision,
    p95 double precision,
    p99 double precision,
    dim_id integer not null,
    idx smallint[] not null,
    cnt bigint[] not null,
    primary key (dim_id, bucket)
  ) partition by range (bucket);
  create index on supascope.sketch_hours using brin (bucket) with (pages_per_range = 8, autosummarize = on);
  comment on table supascope.sketch_hours is 'One sketch a dimension and hour, with its quantiles.';

  create table supascope.sketch_days (
    bucket timestamptz not null,
    n bigint not null,
    err bigint not null,
    zeros bigint not null,
    sum double precision not null,
    min double precision not null,
    max double precision not null,
    p50 double precision,
    p75 double precision,
    p95 double precision,
    p99 double precision,
    dim_id integer not null,
    idx smallint[] not null,
    cnt bigint[] not null,
    primary key (dim_id, bucket)
  );
  create index on supascope.sketch_days using brin (bucket) with (pages_per_range = 8, autosummarize = on);
  comment on table supascope.sketch_days is 'One sketch a dimension and day (UTC), with its quantiles.';

  create table supascope.pending_days (
    bucket timestamptz not null,
    dim_id integer not null,
    primary key (bucket, dim_id)
  );
  comment on table supascope.pending_days is
    'Days whose hours have changed since they were put together: readers take the hours instead.';

  create function supascope.sketch_quantiles(
    n bigint, zeros bigint, min double precision, max double precision,
    idx smallint[], running double precision[], quantiles double precision[]
  ) returns double precision[]
  language plpgsql immutable parallel safe set search_path = ''
  as $function$
  declare
    borders constant double precision[] := supascope.sketch_borders();
    found double precision[];
    rank double precision;
    bin integer;
  begin
    for q in 1..coalesce(array_length(quantiles, 1), 0) loop
      rank := greatest(1, ceil(quantiles[q] * n));
      if n <= 0 then
        found[q] := null;
      elsif rank <= zeros or idx is null or cardinality(idx) = 0 then
        found[q] := least(greatest(0, min), max);
      else
        -- The first bin up to which there are at least `rank` values.
        bin := idx[least(1 + width_bucket(rank - 0.5, running), cardinality(idx))];
        found[q] := least(greatest(borders[bin + 347] * 0.99, min), max);
      end if;
    end loop;
    return found;
  end
  $function$;
  comment on function supascope.sketch_quantiles(bigint, bigint, double precision, double precision, smallint[], double precision[], double precision[]) is
    'Rank ceil(q * n) as percentile_disc has it. `running`: zeros and all bins up to each one.';

  create function supascope.merge_sketches(pieces supascope.sketch[], probabilities double precision[] default '{}')
  returns table (bucket timestamptz, dim_id integer, n bigint, err bigint, zeros bigint,
    sum double precision, min double precision, max double precision,
    idx smallint[], cnt bigint[], quantiles double precision[])
  language plpgsql stable set search_path = '' set jit = off set work_mem = '64MB'
  as $function$
  #variable_conflict use_column
  begin
    return query
    with piece as materialized (
      select p.* from unnest(pieces) p
    ),
    total as (
      select p.bucket, p.dim_id,
        -- Of no use beyond 4e18, and never an overflow, which would stop the roll-up for good.
        least(sum(p.n), 4000000000000000000)::bigint as n,
        least(sum(p.err), 4000000000000000000)::bigint as err,
        least(sum(p.zeros), 4000000000000000000)::bigint as zeros,
        sum(p.sum) as sum, min(p.min) as min, max(p.max) as max
      from piece p
      group by p.bucket, p.dim_id
    ),
    bin as (
      -- As doubles, which are exact to 9e15 and much quicker than the numeric of sum(bigint).
      select p.bucket, p.dim_id, b.i, sum(b.c::double precision) as c
      from piece p cross join lateral unnest(p.idx, p.cnt) b (i, c)
      group by p.bucket, p.dim_id, b.i
      having sum(b.c::double precision) <> 0
    ),
    running as (
      select b.*, sum(b.c) over (partition by b.bucket, b.dim_id order by b.i rows unbounded preceding) as below
      from bin b
      order by b.bucket, b.dim_id, b.i
    ),
    merged as (
      -- In the order of the rows below, which sorting within each aggregate would only repeat.
      select r.bucket, r.dim_id, array_agg(r.i) as idx, array_agg(least(r.c, 4e18)::bigint) as cnt,
        array_agg(r.below) as below
      from running r
      group by r.bucket, r.dim_id
    ),
    bounded as (
      -- A report that was taken back still shows in min and max; the bins say how far it can be.
      select t.bucket, t.dim_id, t.n, t.err, t.zeros, t.sum,
        case when t.zeros > 0 or m.idx is null then t.min
          else greatest(t.min, (supascope.sketch_borders())[m.idx[1] + 346]) end as min,
        case when m.idx is null then t.max
          else least(t.max, (supascope.sketch_borders())[m.idx[cardinality(m.idx)] + 347]) end as max,
        coalesce(m.idx, '{}') as idx, coalesce(m.cnt, '{}') as cnt, m.below
      from total t
      left join merged m on m.bucket = t.bucket and m.dim_id = t.dim_id
    )
    select b.bucket, b.dim_id, b.n, b.err, b.zeros, b.sum, b.min, b.max, b.idx, b.cnt,
      supascope.sketch_quantiles(b.n, b.zeros, b.min, b.max, b.idx,
        (select array_agg(b.zeros + x.below order by x.o) from unnest(b.below) with ordinality x (below, o)),
        probabilities)
    from bounded b;
  end
  $function$;
  comment on function supascope.merge_sketches(supascope.sketch[], double precision[]) is
    'Adds up what has the same bucket and dim_id, neither null; exact, in any order. Also finds the quantiles asked for.';

  perform supascope.close_table('supascope.sketch_minutes');
  perform supascope.close_table('supascope.sketch_hours');
  perform supascope.close_table('supascope.sketch_days');
  perform supascope.close_table('supascope.pending_days');
  perform supascope.lock_down();
end
$migration$;
