-- The scheduler: what is scheduled, who has claimed which firing, and what became of each.

do $migration$
begin
  perform pg_advisory_xact_lock(hashtextextended('supascope.schema_migrations', 0));

  insert into supascope.schema_migrations (name, breaking)
  values ('20261201000200_job_runs', false)
  on conflict do nothing;
  if not found then
    return;
  end if;

  create table supascope.schedules (
    job text primary key,
    cron text,
    timezone text,
    settled_at timestamptz not null
  );
  comment on table supascope.schedules is
    'What the scheduler runs and when. Its row is the lock under which a firing is claimed.';
  comment on column supascope.schedules.cron is 'Null for a job that nobody has scheduled, only called.';
  comment on column supascope.schedules.settled_at is 'Every firing up to this time is accounted for in job_runs.';

  create table supascope.job_runs (
    job text not null,
    fire_at timestamptz not null,
    firings integer not null default 1,
    since timestamptz,
    outcome text check (outcome in ('done', 'failed', 'missed', 'skipped')),
    claimed_by text,
    claim integer not null default 0,
    lease_until timestamptz,
    attempts integer not null default 0,
    started_at timestamptz,
    finished_at timestamptz,
    took_ms double precision,
    reason text,
    error text,
    db_ms double precision,
    db_statements integer,
    rows_read bigint,
    rows_written bigint,
    primary key (job, fire_at)
  );
  -- No job ever overlaps itself, whoever runs it.
  create unique index job_runs_open on supascope.job_runs (job) where outcome is null;
  create index job_runs_fire_at on supascope.job_runs (fire_at);
  comment on table supascope.job_runs is
    'One row a firing; consecutive missed or skipped ones share a row. Kept for a week, failed and missed ones for a month, 200,000 at most.';
  comment on column supascope.job_runs.firings is 'How many firings the row stands for, from `since` to `fire_at`.';
  comment on column supascope.job_runs.outcome is 'Null as long as it is not over.';
  comment on column supascope.job_runs.claim is 'Rises with each claim: who holds an older one has lost it.';
  comment on column supascope.job_runs.db_ms is 'Time that the job waited for its statements, ms.';

  create function supascope.claim_firing(
    job_name text,
    runner text,
    expected timestamptz,
    newest timestamptz,
    firings integer,
    since timestamptz,
    before timestamptz,
    on_time boolean,
    catch_up boolean,
    lease interval,
    most_attempts integer,
    settles boolean default true
  ) returns table (settled_at timestamptz, fire_at timestamptz, claim integer, attempts integer)
  language plpgsql set search_path = ''
  as $function$
  #variable_conflict use_column
  declare
    schedule supascope.schedules;
    open supascope.job_runs;
    run supascope.job_runs;
    late constant text := case when catch_up then 'a newer one is run instead' else 'nobody ran it in time' end;
  begin
    -- A clock that is ahead would settle what is yet to come.
    if newest > clock_timestamp() + interval '5 minutes' then
      raise exception 'the clock of % is ahead of the database''s: % there, % here', runner, newest, clock_timestamp()
        using errcode = 'invalid_datetime_format', hint = 'set the clock of the machine that runs supascope';
    end if;
    select * into schedule from supascope.schedules s where s.job = job_name for update;
    if not found then
      insert into supascope.schedules (job, settled_at) values (job_name, expected)
      on conflict (job) do update set job = excluded.job
      returning * into schedule;
    end if;
    -- In milliseconds, which is what callers can tell.
    if settles and date_trunc('milliseconds', schedule.settled_at) <> expected then
      -- Someone else has settled more since: the caller counts anew what is due.
      return query select schedule.settled_at, null::timestamptz, 0, 0;
      return;
    end if;
    if settles and newest is not null then
      update supascope.schedules s set settled_at = newest where s.job = job_name
      returning * into schedule;
    end if;

    -- Whoever is about to end or renew it comes first, and what is committed then counts.
    select * into open from supascope.job_runs r where r.job = job_name and r.outcome is null for update;
    if open.lease_until > clock_timestamp() then
      if newest is not null and settles then
        insert into supascope.job_runs (job, fire_at, firings, since, outcome, finished_at, reason)
        values (job_name, newest, firings, since, 'skipped', clock_timestamp(),
          'the run before it was not over yet, at ' || open.claimed_by);
      end if;
      return query select schedule.settled_at, null::timestamptz, 0, 0;
      return;
    end if;

    if open.job is not null then
      if newest is null and catch_up and open.attempts < most_attempts then
        update supascope.job_runs r
        set claimed_by = runner, claim = r.claim + 1, attempts = r.attempts + 1,
          lease_until = clock_timestamp() + lease
        where r.job = job_name and r.fire_at = open.fire_at
        returning * into run;
        return query select schedule.settled_at, run.fire_at, run.claim, run.attempts;
        return;
      end if;
      update supascope.job_runs r
      set outcome = case when open.error is null then 'missed' else 'failed' end,
        finished_at = clock_timestamp(),
        reason = coalesce('the process that ran it has ended: ' || open.claimed_by, 'it was stopped')
      where r.job = job_name and r.fire_at = open.fire_at;
    end if;

    if newest is null then
      return query select schedule.settled_at, null::timestamptz, 0, 0;
      return;
    end if;
    if not on_time and not catch_up then
      insert into supascope.job_runs (job, fire_at, firings, since, outcome, finished_at, reason)
      values (job_name, newest, firings, since, 'missed', clock_timestamp(), late);
      return query select schedule.settled_at, null::timestamptz, 0, 0;
      return;
    end if;
    if firings > 1 then
      insert into supascope.job_runs (job, fire_at, firings, since, outcome, finished_at, reason)
      values (job_name, before, firings - 1, since, 'missed', clock_timestamp(), late);
    end if;
    insert into supascope.job_runs (job, fire_at, since, claimed_by, claim, attempts, lease_until, started_at)
    values (job_name, newest, newest, runner, 1, 1, clock_timestamp() + lease, clock_timestamp())
    returning * into run;
    return query select schedule.settled_at, run.fire_at, run.claim, run.attempts;
  end
  $function$;
  comment on function supascope.claim_firing(text, text, timestamptz, timestamptz, integer, timestamptz, timestamptz,
    boolean, boolean, interval, integer, boolean) is
    'Accounts for the firings of a job that are due since `expected`, and gives one of them to the caller, or none.';

  create function supascope.forget_runs(most_rows integer default 100000) returns integer
  language plpgsql set search_path = ''
  as $function$
  declare
    deleted integer;
  begin
    delete from supascope.job_runs r
    where r.ctid in (
      select x.ctid from supascope.job_runs x
      where x.outcome is not null
        and (x.fire_at < now() - case when x.outcome in ('failed', 'missed') then interval '30 days' else interval '7 days' end
          or x.fire_at < (select n.fire_at from supascope.job_runs n order by n.fire_at desc offset 200000 limit 1))
        -- When a job went well last is remembered as long as it takes.
        and (x.outcome <> 'done' or exists (
          select from supascope.job_runs d
          where d.job = x.job and d.fire_at > x.fire_at and d.outcome = 'done'))
      limit most_rows);
    get diagnostics deleted = row_count;
    return deleted;
  end
  $function$;
  comment on function supascope.forget_runs(integer) is 'Removes rows of runs that nobody looks at any more.';

  create function supascope.last_runs()
  returns table (
    job text, cron text, timezone text, settled_at timestamptz,
    fire_at timestamptz, outcome text, running boolean, claimed_by text, started_at timestamptz,
    finished_at timestamptz, took_ms double precision, attempts integer, reason text, error text,
    db_ms double precision, db_statements integer, rows_read bigint, rows_written bigint,
    last_done_at timestamptz, failing integer, failing_since timestamptz,
    missed bigint, missed_since timestamptz, missed_until timestamptz)
  language sql stable security definer set search_path = ''
  as $function$
    select s.job, s.cron, s.timezone, s.settled_at,
      l.fire_at, l.outcome, coalesce(l.outcome is null and l.lease_until > clock_timestamp(), false),
      l.claimed_by, l.started_at, l.finished_at, l.took_ms, l.attempts, l.reason, l.error,
      l.db_ms, l.db_statements, l.rows_read, l.rows_written,
      d.fire_at, f.failing, f.failing_since, m.missed, m.missed_since, m.missed_until
    from supascope.schedules s
    left join lateral (
      select * from supascope.job_runs r
      where r.job = s.job and r.attempts > 0 order by r.fire_at desc limit 1) l on true
    left join lateral (
      select r.fire_at from supascope.job_runs r
      where r.job = s.job and r.outcome = 'done' order by r.fire_at desc limit 1) d on true
    left join lateral (
      select count(*)::integer as failing, min(r.fire_at) as failing_since from supascope.job_runs r
      where r.job = s.job and r.outcome = 'failed' and r.fire_at > coalesce(d.fire_at, '-infinity')) f on true
    left join lateral (
      select sum(r.firings)::bigint as missed, min(r.since) as missed_since, max(r.fire_at) as missed_until
      from supascope.job_runs r
      where r.job = s.job and r.outcome = 'missed' and r.fire_at > clock_timestamp() - interval '24 hours') m on true
    order by s.job
  $function$;
  comment on function supascope.last_runs() is
    'For doctor and the dashboard: of each job its schedule, its last run, and what went wrong since it went well.';

  perform supascope.close_table('supascope.schedules');
  perform supascope.close_table('supascope.job_runs');
  perform supascope.lock_down();
end
$migration$;
