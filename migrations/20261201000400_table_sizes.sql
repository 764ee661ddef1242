-- Sizes of the largest tables over time, so that sudden growth is told from the usual.

do $migration$
begin
  perform pg_advisory_xact_lock(hashtextextended('supascope.schema_migrations', 0));

  insert into supascope.schema_migrations (name, breaking)
  values ('20261201000400_table_sizes', false)
  on conflict do nothing;
  if not found then
    return;
  end if;

  create table supascope.table_sizes (
    -- The full hour.
    taken_at timestamptz not null,
    schema_name text not null,
    table_name text not null,
    -- With indexes and TOAST; of a partitioned table the sum of its partitions.
    bytes bigint not null,
    primary key (taken_at, schema_name, table_name)
  );
  comment on table supascope.table_sizes is
    'The hundred largest tables, by the hour for three days and by the day for 35. Whoever notes them forgets the rest.';

  create function supascope.note_table_sizes(most_tables integer default 100) returns integer
  language plpgsql set search_path = '' set lock_timeout = '500ms'
  as $function$
  declare
    hour constant timestamptz := date_trunc('hour', clock_timestamp());
    today constant timestamptz := date_trunc('day', hour, 'UTC');
    noted integer;
  begin
    if exists (select from supascope.table_sizes s where s.taken_at = hour) then
      return 0;
    end if;
    insert into supascope.table_sizes (taken_at, schema_name, table_name, bytes)
    with locked as materialized (
      -- Asking for the size of what someone holds exclusively would wait for them.
      select l.relation as oid from pg_catalog.pg_locks l
      where l.locktype = 'relation' and l.mode = 'AccessExclusiveLock' and l.relation is not null
    ), sized as (
      select coalesce(pg_catalog.pg_partition_root(c.oid)::oid, c.oid) as root,
        pg_catalog.pg_total_relation_size(c.oid) as bytes
      from pg_catalog.pg_class c
      where c.relkind in ('r', 'm') and c.relpersistence <> 't' and c.relpages > 0
        and c.oid not in (select l.oid from locked l)
        and c.reltoastrelid not in (select l.oid from locked l)
        and not exists (select from pg_catalog.pg_index i
          join locked l on l.oid = i.indexrelid where i.indrelid = c.oid)
    )
    select hour, n.nspname, c.relname, sum(s.bytes)::bigint
    from sized s
    join pg_catalog.pg_class c on c.oid = s.root
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
    group by n.nspname, c.relname
    order by sum(s.bytes) desc
    limit most_tables
    on conflict do nothing;
    get diagnostics noted = row_count;

    delete from supascope.table_sizes s
    where s.taken_at < today - interval '35 days'
      or (s.taken_at < today - interval '3 days'
        and s.taken_at <> date_trunc('day', s.taken_at, 'UTC'));
    return noted;
  end
  $function$;
  comment on function supascope.note_table_sizes(integer) is
    'Notes the sizes of the largest tables once an hour, however often it is called; says how many.';

  perform supascope.close_table('supascope.table_sizes');
  perform supascope.lock_down();
end
$migration$;
