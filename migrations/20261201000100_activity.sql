-- What sessions do: samples of pg_stat_activity, added up by the minute, and one row for each
-- statement that ran long, waited for a lock or was cut off, and each transaction left open.

do $migration$
begin
  perform pg_advisory_xact_lock(hashtextextended('supascope.schema_migrations', 0));

  insert into supascope.schema_migrations (name, breaking)
  values ('20261201000100_activity', false)
  on conflict do nothing;
  if not found then
    return;
  end if;

  create table supascope.activity_sampler (
    id smallint primary key default 1 check (id = 1),
    last_sampled_at timestamptz,
    last_pruned_at timestamptz not null default '-infinity'
  );
  insert into supascope.activity_sampler default values;
  comment on table supascope.activity_sampler is
    'State of the sampler. Its one row is the lock of taking a sample; whoever finds it taken leaves it.';

  create table supascope.activity_minutes (
    minute timestamptz primary key,
    samples integer not null,
    -- Client connections of the whole server, summed over the samples, and in the fullest of them.
    connections integer not null,
    connections_peak integer not null,
    active_peak integer not null,
    blocked_peak integer not null,
    max_connections integer not null,
    -- Kept for superusers and for members of pg_use_reserved_connections.
    reserved integer not null
  );
  comment on table supascope.activity_minutes is
    'Connections by the minute. The sampler deletes what is older than 35 days.';

  create table supascope.activity_groups (
    minute timestamptz not null,
    pool text not null,
    role_name text not null,
    application text not null,
    state text not null,
    wait_type text not null,
    wait_event text not null,
    -- Sightings of a session, summed over the samples, and the most in one sample.
    backends integer not null,
    peak integer not null,
    primary key (minute, pool, role_name, application, state, wait_type, wait_event)
  );
  comment on table supascope.activity_groups is
    'What the connections of a minute did, at most 60 rows a minute. The sampler deletes what is older than 3 days.';

  create table supascope.activity_episodes (
    id bigint generated always as identity primary key,
    kind text not null check (kind in ('statement', 'idle')),
    pid integer not null,
    backend_start timestamptz not null,
    -- Begin of the statement, or of the idleness.
    started_at timestamptz not null,
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null,
    sightings integer not null,
    -- Null: still going on when last looked at, or its end is not known.
    ended_at timestamptz,
    outcome text check (outcome in ('finished', 'timed_out', 'failed', 'unknown')),
    certain boolean not null default false,
    -- The statement_timeout that ended it, or the least one that may.
    timeout_ms double precision,
    pool text not null,
    role_name text not null,
    application text not null,
    state text not null,
    queryid bigint,
    query text not null,
    transaction_started_at timestamptz,
    wait_type text,
    wait_event text,
    -- The longest that it was seen waiting for one lock, and what for.
    blocked_ms double precision not null default 0,
    lock_type text,
    lock_mode text,
    lock_object text,
    blocked_by integer[] not null default '{}',
    root jsonb,
    -- Most sessions that waited behind it at once.
    blocking_peak integer not null default 0,
    unique (pid, backend_start, started_at, kind)
  );
  create index activity_episodes_open on supascope.activity_episodes (last_seen_at) where outcome is null;
  create index activity_episodes_last_seen on supascope.activity_episodes (last_seen_at);
  comment on table supascope.activity_episodes is
    'Statements that ran long, were blocked or cut off, and idle transactions; constants are redacted before they get here. The sampler keeps 35 days and 20000 rows.';

  perform supascope.close_table('supascope.activity_sampler');
  perform supascope.close_table('supascope.activity_minutes');
  perform supascope.close_table('supascope.activity_groups');
  perform supascope.close_table('supascope.activity_episodes');
  perform supascope.lock_down();
end
$migration$;
