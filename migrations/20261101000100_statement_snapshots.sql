-- The history of pg_stat_statements: what each statement did between two snapshots.

do $migration$
begin
  perform pg_advisory_xact_lock(hashtextextended('supascope.schema_migrations', 0));

  insert into supascope.schema_migrations (name, breaking)
  values ('20261101000100_statement_snapshots', true)
  on conflict do nothing;
  if not found then
    return;
  end if;

  create table supascope.statement_texts (
    queryid bigint primary key,
    query text not null,
    read_at timestamptz not null default now()
  );
  comment on table supascope.statement_texts is
    'Normalised statement texts, read once each; literals of utility statements are redacted before they get here.';

  create table supascope.statements (
    id integer generated always as identity primary key,
    queryid bigint not null,
    role_name text not null,
    toplevel boolean not null,
    first_seen_at timestamptz not null,
    last_seen_on date not null,
    unique (queryid, role_name, toplevel)
  );
  comment on table supascope.statements is
    'Every statement that a snapshot has seen. Keyed by role name, because role ids do not survive a restore.';
  comment on column supascope.statements.last_seen_on is
    'Day of the last change of its counters; retention goes by it. A day, so that it is rarely written.';

  -- Unlogged: a crash empties it together with the statistics that it mirrors, and its minutely
  -- writes cost no WAL.
  create unlogged table supascope.statement_state (
    userid oid not null,
    queryid bigint not null,
    toplevel boolean not null,
    statement_id integer not null,
    stats_since timestamptz,
    stddev_ms double precision not null,
    min_ms double precision not null,
    max_ms double precision not null,
    calls double precision not null,
    total_ms double precision not null,
    rows double precision not null,
    plans double precision not null,
    plan_ms double precision not null,
    shared_blks_hit double precision not null,
    shared_blks_read double precision not null,
    shared_blks_dirtied double precision not null,
    shared_blks_written double precision not null,
    temp_blks_read double precision not null,
    temp_blks_written double precision not null,
    io_ms double precision not null,
    wal_fpi double precision not null,
    wal_bytes double precision not null,
    jit_ms double precision not null,
    parallel_workers_to_launch double precision not null,
    parallel_workers_launched double precision not null,
    primary key (queryid, userid, toplevel)
  ) with (fillfactor = 50);
  comment on table supascope.statement_state is
    'The entries of pg_stat_statements as the last snapshot saw them: what the next one subtracts.';

  create table supascope.snapshots (
    id bigint generated always as identity primary key,
    taken_at timestamptz not null,
    -- The interval that the arrays speak of; null for a baseline, which has no deltas.
    interval_from timestamptz,
    -- Bits: why calls of the interval may be missing. 0: every call is counted.
    gaps smallint not null default 0,
    server_started_at timestamptz not null,
    stats_reset timestamptz,
    dealloc bigint not null,
    entries integer not null,
    database_stats jsonb not null,
    -- One element a changed statement, all arrays in the same order.
    statement_ids integer[] not null,
    flags smallint[] not null,
    calls bigint[] not null,
    total_ms double precision[] not null,
    m2 real[] not null,
    rows bigint[] not null,
    plans bigint[] not null,
    plan_ms real[] not null,
    shared_blks_hit bigint[] not null,
    shared_blks_read bigint[] not null,
    shared_blks_dirtied bigint[] not null,
    shared_blks_written bigint[] not null,
    temp_blks_read bigint[] not null,
    temp_blks_written bigint[] not null,
    io_ms real[] not null,
    wal_fpi bigint[] not null,
    wal_bytes bigint[] not null,
    jit_ms real[] not null,
    parallel_workers_to_launch bigint[] not null,
    parallel_workers_launched bigint[] not null
  );
  create index on supascope.snapshots (taken_at);
  comment on table supascope.snapshots is
    'What the statements did between this snapshot and the one before, as parallel arrays that compress well.';

  -- One row: who takes a snapshot locks it, so that no two collectors count the same calls.
  create table supascope.collector (
    id smallint primary key default 1 check (id = 1),
    system_identifier bigint,
    last_snapshot_id bigint,
    last_text_read_at timestamptz
  );
  insert into supascope.collector default values;
  comment on table supascope.collector is 'State of the collector; its one row is the lock of taking a snapshot.';

  alter table supascope.statement_texts enable row level security;
  alter table supascope.statements enable row level security;
  alter table supascope.statement_state enable row level security;
  alter table supascope.snapshots enable row level security;
  alter table supascope.collector enable row level security;
  revoke all on all tables in schema supascope from public;
end
$migration$;
