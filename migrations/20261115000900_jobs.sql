-- Jobs: who runs what and when, by pg_cron where it is, by the scheduler elsewhere, never by both.

do $migration$
begin
  perform pg_advisory_xact_lock(hashtextextended('supascope.schema_migrations', 0));

  insert into supascope.schema_migrations (name, breaking)
  values ('20261115000900_jobs', false)
  on conflict do nothing;
  if not found then
    return;
  end if;

  create table supascope.jobs (
    name text primary key,
    every interval not null,
    schedule text not null,
    started_at timestamptz,
    finished_at timestamptz,
    took_ms double precision,
    runner text,
    result jsonb,
    error text,
    failed_at timestamptz,
    runs bigint not null default 0,
    failures bigint not null default 0
  );
  insert into supascope.jobs (name, every, schedule)
  values ('rollup', '1 minute', '* * * * *'), ('compact', '10 minutes', '3-59/10 * * * *'),
    ('refresh', '15 minutes', '5-59/15 * * * *'), ('retention', '15 minutes', '9-59/15 * * * *'),
    ('partitions', '1 hour', '41 * * * *');
  comment on table supascope.jobs is 'The jobs and their last runs. Its row is the claim of the one who runs a job.';
  comment on column supascope.jobs.error is 'Of the last failure; failed_at after finished_at: it is still failing.';

  create table supascope.runner (
    id smallint primary key default 1 check (id = 1),
    name text,
    expires_at timestamptz not null default '-infinity'
  );
  insert into supascope.runner default values;
  comment on table supascope.runner is
    'Who runs the jobs. Whoever finds the lease expired takes it over; pg_cron takes it from the scheduler.';

  create function supascope.hold_lease(who text) returns boolean
  language plpgsql set search_path = ''
  as $function$
  declare
    lease supascope.runner;
    fresh constant interval := interval '5 minutes';
  begin
    select * into lease from supascope.runner;
    if lease.name = who and lease.expires_at > clock_timestamp() + fresh / 2 then
      return true;
    end if;
    select * into lease from supascope.runner for update skip locked;
    if not found then
      -- Someone is taking or renewing it: then what is committed counts.
      select * into lease from supascope.runner;
      return lease.name = who and lease.expires_at > clock_timestamp();
    end if;
    if lease.name is distinct from who and lease.expires_at > clock_timestamp() and who <> 'pg_cron' then
      return false;
    end if;
    update supascope.runner set name = who, expires_at = clock_timestamp() + fresh;
    return true;
  end
  $function$;

  create function supascope.purge_cron_history(kept interval default '3 days') returns integer
  language plpgsql set search_path = ''
  as $function$
  declare
    -- Looked up, so that no linter takes what may be missing for a fault.
    home constant text := (select n.nspname from pg_catalog.pg_namespace n where n.nspname = 'cron');
    deleted integer;
  begin
    if home is null or to_regclass('cron.job_run_details') is null then
      return 0;
    end if;
    execute format($query$
      delete from %1$I.job_run_details d using %1$I.job j
      where j.jobid = d.jobid and starts_with(j.jobname, 'supascope_') and d.end_time < now() - $1
    $query$, home) using kept;
    get diagnostics deleted = row_count;
    return deleted;
  exception when insufficient_privilege then
    return 0;
  end
  $function$;
  comment on function supascope.purge_cron_history(interval) is
    'Forgets old runs of our jobs, of which pg_cron keeps every one; says how many.';

  create function supascope.do_job(job text) returns jsonb
  language plpgsql set search_path = ''
  as $function$
  declare
    began constant timestamptz := clock_timestamp();
    step jsonb;
    rows bigint := 0;
  begin
    case job
      when 'rollup' then
        -- What has piled up is worked off in bounded steps, for half a minute at most.
        loop
          step := supascope.rollup();
          rows := rows + coalesce((step ->> 'rows')::bigint, 0);
          exit when not coalesce((step ->> 'more')::boolean, false)
            or clock_timestamp() > began + interval '30 seconds';
        end loop;
        return step || jsonb_build_object('rows', rows);
      when 'compact' then
        return jsonb_build_object('hours', supascope.compact_hours(), 'days', supascope.compact_days());
      when 'refresh' then
        return supascope.refresh_views();
      when 'retention' then
        return supascope.retain() || jsonb_build_object('cron_history', supascope.purge_cron_history());
      when 'partitions' then
        return supascope.make_partitions();
      else
        return null;
    end case;
  end
  $function$;

  create function supascope.run_job(job text, who text default 'scheduler') returns jsonb
  language plpgsql set search_path = ''
  as $function$
  declare
    claimed supascope.jobs;
    began timestamptz;
    outcome jsonb;
    failure text;
  begin
    if who <> 'manual' and not supascope.hold_lease(who) then
      return jsonb_build_object('skipped', 'another runner has the lease');
    end if;
    select * into claimed from supascope.jobs j where j.name = job for update skip locked;
    if not found then
      if not exists (select from supascope.jobs j where j.name = job) then
        raise exception 'no job named %', job using hint = 'select name from supascope.jobs';
      end if;
      return jsonb_build_object('skipped', 'already running');
    end if;
    began := clock_timestamp();
    -- A fifth of slack, for clocks and queues.
    if who <> 'manual' and claimed.started_at > began - claimed.every * 0.8 then
      return jsonb_build_object('skipped', 'not due');
    end if;

    begin
      outcome := supascope.do_job(job);
    exception when others then
      failure := sqlerrm;
    end;

    update supascope.jobs j
    set started_at = began, runner = who, runs = j.runs + 1,
      took_ms = extract(epoch from clock_timestamp() - began) * 1000,
      finished_at = case when failure is null then clock_timestamp() else j.finished_at end,
      result = coalesce(outcome, j.result),
      error = coalesce(failure, j.error),
      failed_at = case when failure is null then j.failed_at else clock_timestamp() end,
      failures = j.failures + (failure is not null)::integer
    where j.name = job;
    return coalesce(outcome, jsonb_build_object('error', failure));
  end
  $function$;
  comment on function supascope.run_job(text, text) is
    'Runs a job if it is due, nobody else runs it, and `who` has the lease; manual runs ask for neither.';

  create function supascope.job_status()
  returns table (name text, every interval, started_at timestamptz, took_ms double precision, runner text,
    ok boolean, overdue boolean, error text, lag_seconds double precision, result jsonb)
  language sql stable security definer set search_path = ''
  as $function$
    select j.name, j.every, j.started_at, j.took_ms, j.runner,
      j.failed_at is null or j.finished_at > j.failed_at,
      coalesce(j.finished_at < clock_timestamp() - greatest(j.every * 3, interval '5 minutes'), true),
      case when j.finished_at is null or j.failed_at > j.finished_at then j.error end,
      l.seconds, j.result
    from supascope.jobs j
    left join supascope.lag() l on l.source = case j.name when 'rollup' then 'events' when 'compact' then 'minutes' end
    order by j.every, j.name
  $function$;
  comment on function supascope.job_status() is 'For doctor and the dashboard: last run, length and lag of each job.';

  create function supascope.schedule_jobs() returns text[]
  language plpgsql set search_path = ''
  as $function$
  declare
    job supascope.jobs;
    home constant text := (select n.nspname from pg_catalog.pg_namespace n where n.nspname = 'cron');
    done text[] := array[]::text[];
  begin
    if to_regprocedure('cron.schedule(text,text,text)') is null then
      return done;
    end if;
    for job in select * from supascope.jobs loop
      execute format('select %I.schedule($1, $2, $3)', home)
      using 'supascope_' || job.name, job.schedule, format('select supascope.run_job(%L, %L)', job.name, 'pg_cron');
      done := done || ('supascope_' || job.name);
    end loop;
    return done;
  end
  $function$;
  comment on function supascope.schedule_jobs() is
    'Hands the jobs to pg_cron, if it is in this database. Run it again after creating the extension.';

  create function supascope.unschedule_jobs() returns text[]
  language plpgsql set search_path = ''
  as $function$
  declare
    job text;
    home constant text := (select n.nspname from pg_catalog.pg_namespace n where n.nspname = 'cron');
    done text[] := array[]::text[];
  begin
    -- Its argument is a name before version 1.5, and a text since.
    if to_regclass('cron.job') is null then
      return done;
    end if;
    for job in execute format($query$
      select j.jobname::text from %I.job j where starts_with(j.jobname, 'supascope_') order by 1 $query$, home)
    loop
      execute format('select %I.unschedule($1)', home) using job;
      done := done || job;
    end loop;
    return done;
  end
  $function$;
  comment on function supascope.unschedule_jobs() is 'Takes the jobs back from pg_cron; the scheduler goes on with them.';

  perform supascope.close_table('supascope.jobs');
  perform supascope.close_table('supascope.runner');
  perform supascope.lock_down();
  begin
    perform supascope.schedule_jobs();
  exception when others then
    -- The scheduler runs them then; doctor says what pg_cron lacks.
    raise warning 'pg_cron did not take the jobs of Supascope: %', sqlerrm;
  end;
end
$migration$;
