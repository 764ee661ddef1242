-- The history of pg_stat_statements: what each statement did between two snapshots.

do /* supascope */ $migration$
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
    unique (queryid, role_name, toplevel)
  );
  comment on table supascope.statements is
    'Every statement that a kept snapshot speaks of. Keyed by role name, because role ids do not survive a restore.';

  -- Unlogged: its minutely writes cost no WAL. A crash empties it, mostly together with the
  -- statistics that it mirrors.
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
    taken_at timestamptz not null unique,
    -- The interval that the arrays speak of; null for a baseline, which has no deltas.
    interval_from timestamptz,
    -- Intervals merged into this row, and those of them in which calls may be missing.
    intervals integer not null,
    incomplete_intervals integer not null,
    -- Bits: why calls may be missing. 0: every call is counted.
    gaps smallint not null,
    entries integer not null,
    -- Times that pg_stat_statements was full and dropped its least used entries.
    evictions integer not null,
    -- What pg_stat_database counted in the interval.
    database_delta jsonb not null,
    -- One element a changed statement, all arrays in the same order; null where all are 0.
    statement_ids integer[] not null,
    flags smallint[],
    calls bigint[],
    total_ms double precision[],
    m2 real[],
    rows bigint[],
    plans bigint[],
    plan_ms real[],
    shared_blks_hit bigint[],
    shared_blks_read bigint[],
    shared_blks_dirtied bigint[],
    shared_blks_written bigint[],
    temp_blks_read bigint[],
    temp_blks_written bigint[],
    io_ms real[],
    wal_fpi bigint[],
    wal_bytes bigint[],
    jit_ms real[],
    parallel_workers_to_launch bigint[],
    parallel_workers_launched bigint[]
  );
  comment on table supascope.snapshots is
    'What the statements did between this snapshot and the one before, as parallel arrays that compress well.';

  create table supascope.collector (
    id smallint primary key default 1 check (id = 1),
    -- What the facts below and statement_state speak of. Where one of them changes, nothing of
    -- before can be subtracted.
    system_identifier bigint,
    database_id oid,
    extension_version text,
    -- The last snapshot, and how the statistics stood just before it was read.
    last_taken_at timestamptz,
    server_started_at timestamptz,
    stats_reset timestamptz,
    dealloc bigint,
    max_entries integer,
    entries integer,
    database_stats jsonb,
    -- Statements, of whatever database, that may reset the statistics of others. (Not naming the
    -- function that does: by its name such statements are known, and this file is one that runs.)
    reset_queryids bigint[] not null default '{}',
    foreign_reset_calls bigint not null default 0,
    -- Whether statements wait for their text, and when texts were read last.
    texts_wanted boolean not null default false,
    last_text_read_at timestamptz
  );
  insert into supascope.collector default values;
  comment on table supascope.collector is
    'State of the collector. Its one row is the lock of taking a snapshot: no two collectors count the same calls.';

  perform supascope.close_table('supascope.statement_texts');
  perform supascope.close_table('supascope.statements');
  perform supascope.close_table('supascope.statement_state');
  perform supascope.close_table('supascope.snapshots');
  perform supascope.close_table('supascope.collector');
end
$migration$;
