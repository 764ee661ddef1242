import type pg from 'pg'

/** Another way to follow pg_stat_statements, as one poll of it. */
export interface Alternative {
  name: string
  prepare: readonly string[]
  poll(client: pg.Client): Promise<void>
}

const columns = `userid, dbid, queryid, toplevel, calls, total_exec_time, rows, plans,
  total_plan_time, shared_blks_hit, shared_blks_read, shared_blks_dirtied, shared_blks_written,
  temp_blks_read, temp_blks_written, shared_blk_read_time, shared_blk_write_time,
  local_blk_read_time, local_blk_write_time, temp_blk_read_time, temp_blk_write_time, wal_fpi,
  wal_bytes, jit_generation_time, jit_inlining_time, jit_optimization_time, jit_emission_time,
  stats_since, stddev_exec_time, min_exec_time, max_exec_time`

/** Marks the statement of {@link bare}. */
export const bareMarker = '/* bare */'

/** The numbers of all entries, sent to the client: what the others are compared with. */
export const bare: Alternative = {
  name: 'bare select of the numbers',
  prepare: [],
  poll: async (client) => {
    await client.query(`select ${bareMarker} ${columns} from extensions.pg_stat_statements(false)`)
  },
}

export const fullView: Alternative = {
  name: 'full view, with texts',
  prepare: [],
  poll: async (client) => {
    await client.query('select * from extensions.pg_stat_statements')
  },
}

/** PgHero's shape: the top 100 by time with their texts, reset everything, insert them one by one. */
export const topAndReset: Alternative = {
  name: 'top 100, reset, insert (PgHero)',
  prepare: [
    `create table if not exists bench.top_queries (
      id bigserial primary key, database text, "user" text, query text, query_hash bigint,
      total_time double precision, calls bigint, captured_at timestamp)`,
    'create index if not exists top_queries_at on bench.top_queries (database, captured_at)',
  ],
  poll: async (client) => {
    const { rows } = await client.query(`
      select current_database() as database, r.rolname as "user", s.query, s.queryid,
        s.total_plan_time + s.total_exec_time as total_time, s.calls
      from extensions.pg_stat_statements s
      join pg_database d on d.oid = s.dbid
      join pg_roles r on r.oid = s.userid
      where d.datname = current_database() and s.calls > 0
      order by total_time desc
      limit 100`)
    await client.query('select extensions.pg_stat_statements_reset()')
    const values = rows.map(
      (_, i) =>
        `($${6 * i + 1}, $${6 * i + 2}, $${6 * i + 3}, $${6 * i + 4}, $${6 * i + 5}, $${6 * i + 6}, now())`,
    )
    await client.query(
      `insert into bench.top_queries
        (database, "user", query, query_hash, total_time, calls, captured_at)
      values ${values.join(', ')}`,
      rows.flatMap((row) => [
        row.database,
        row.user,
        row.query,
        row.queryid,
        row.total_time,
        row.calls,
      ]),
    )
  },
}

const axes = [
  'total_exec_time + total_plan_time',
  'calls',
  'rows',
  'shared_blks_hit + shared_blks_read',
  'shared_blks_read',
  'shared_blks_dirtied',
  'shared_blks_written',
  'temp_blks_read + temp_blks_written',
  'shared_blk_read_time + shared_blk_write_time',
  'wal_bytes',
  'jit_generation_time + jit_inlining_time + jit_optimization_time + jit_emission_time',
]

/**
 * pg_profile's shape: the numbers into a table of the sample, the union of the top 20 by each of
 * many axes kept, and the texts of those fetched by reading all texts. (Its joins with the sample
 * before happen when a report is made.)
 */
export const topOnAxes: Alternative = {
  name: 'top 20 on 11 axes, texts (pg_profile)',
  prepare: [
    `create table if not exists bench.samples as
      select 0 as sample, * from extensions.pg_stat_statements(false) limit 0`,
    'create table if not exists bench.texts (queryid bigint primary key, query text)',
    'create sequence if not exists bench.sample',
  ],
  poll: async (client) => {
    await client.query('begin')
    await client.query(
      'create temp table last_sample on commit drop as select * from extensions.pg_stat_statements(false)',
    )
    const ranks = axes.map((axis, i) => `row_number() over (order by ${axis} desc) as r${i}`)
    await client.query(`
      insert into bench.samples
      select (select nextval('bench.sample')), l.*
      from last_sample l
      join (select userid, dbid, queryid, toplevel, ${ranks.join(', ')} from last_sample) r
        using (userid, dbid, queryid, toplevel)
      where least(${axes.map((_, i) => `r.r${i}`).join(', ')}) <= 20`)
    await client.query(`
      insert into bench.texts
      select distinct on (queryid) queryid, query from extensions.pg_stat_statements(true)
      where queryid in (
        select queryid from bench.samples where sample = (select last_value from bench.sample))
      on conflict do nothing`)
    await client.query('commit')
  },
}
