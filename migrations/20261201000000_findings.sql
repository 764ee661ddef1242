-- The life of findings, runs of the check, marks, and what changed around the statements.
--
-- Everything here is bounded by those who write it: see docs/findings-life.md and docs/regressions.md.

do /* supascope */ $migration$
begin
  perform pg_advisory_xact_lock(hashtextextended('supascope.schema_migrations', 0));

  insert into supascope.schema_migrations (name, breaking)
  values ('20261201000000_findings', false)
  on conflict do nothing;
  if not found then
    return;
  end if;

  create table supascope.findings (
    cache_key text primary key,
    name text not null,
    title text not null,
    level text not null check (level in ('ERROR', 'WARN', 'INFO')),
    categories text[] not null,
    detail text not null,
    remediation text not null,
    metadata jsonb not null,
    -- The figures as they were when it was found, when it was last seen, and after it was resolved.
    found_evidence jsonb not null,
    evidence jsonb not null,
    resolved_evidence jsonb,
    state text not null check (state in ('open', 'acknowledged', 'ignored', 'resolved')),
    state_since timestamptz not null,
    reason text,
    ignored_until timestamptz,
    -- Who changed the state: a person, 'config', or null for the check itself.
    changed_by text,
    -- What was acknowledged: a worse level opens it again.
    acknowledged_level text check (acknowledged_level in ('ERROR', 'WARN', 'INFO')),
    first_seen_at timestamptz not null,
    found_at timestamptz not null,
    last_seen_at timestamptz not null,
    times_found integer not null default 1
  );
  create index findings_resolved on supascope.findings (state_since) where state = 'resolved';
  comment on table supascope.findings is
    'Every finding that is there or was there lately, and what people decided about it. The check that stores its run forgets what was resolved long ago.';

  create table supascope.check_runs (
    id bigint generated always as identity primary key,
    ran_at timestamptz not null default now(),
    source text not null,
    took_ms double precision,
    rules integer not null,
    skipped integer not null,
    open integer not null,
    found integer not null,
    resolved integer not null,
    error text
  );
  create index check_runs_ran_at on supascope.check_runs (ran_at);
  comment on table supascope.check_runs is 'Runs of the check and what they came to. The check keeps those of 35 days.';

  create table supascope.marks (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    name text not null,
    made_by text,
    made_at timestamptz not null default now(),
    unique (at, name)
  );
  comment on table supascope.marks is
    'Moments that people marked, a deployment above all. Making one forgets those beyond a thousand.';

  create table supascope.changes (
    id bigint generated always as identity primary key,
    -- It happened after the one and not after the other; the same where the moment is known.
    after timestamptz not null,
    at timestamptz not null,
    kind text not null,
    object text not null,
    -- The table that it concerns, `schema.name`.
    relation text,
    before text,
    now text
  );
  create index changes_at on supascope.changes (at);
  comment on table supascope.changes is
    'What changed in schema, settings and server. Whoever looks keeps 35 days and 5000 rows.';

  create table supascope.known_objects (
    kind text not null,
    object text not null,
    value text not null,
    relation text,
    primary key (kind, object)
  );
  comment on table supascope.known_objects is
    'Schema, settings and server as they were last looked at: one row an object, what the next look compares with.';

  create table supascope.change_watch (
    id smallint primary key default 1 check (id = 1),
    looked_at timestamptz,
    kinds text[] not null default '{}',
    planned_at timestamptz
  );
  insert into supascope.change_watch default values;
  comment on table supascope.change_watch is 'When changes and plans were last looked for. Its row is the lock of looking.';

  create table supascope.plan_shapes (
    id integer generated always as identity primary key,
    hash uuid not null unique,
    shape text not null
  );
  comment on table supascope.plan_shapes is 'The structure of plans, each once: nodes, relations, indexes, joins. No costs, no values.';

  create table supascope.plans (
    statement_id integer not null,
    -- Midnight, UTC.
    day timestamptz not null,
    shape_id integer not null,
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null,
    primary key (statement_id, day, shape_id)
  );
  create index plans_shape on supascope.plans (shape_id);
  comment on table supascope.plans is
    'The generic plan of the statements that take most of the time, by day. Whoever looks keeps 35 days.';

  perform supascope.close_table('supascope.findings');
  perform supascope.close_table('supascope.check_runs');
  perform supascope.close_table('supascope.marks');
  perform supascope.close_table('supascope.changes');
  perform supascope.close_table('supascope.known_objects');
  perform supascope.close_table('supascope.change_watch');
  perform supascope.close_table('supascope.plan_shapes');
  perform supascope.close_table('supascope.plans');
  perform supascope.lock_down();
end
$migration$;
