/** A database with the shipped migrations on a server that writes as a real one does. */
import pg from 'pg'
import { applyMigrations, connect } from '../../src/db/index.ts'
import { type PostgresServer, startPostgres } from '../../src/local/postgres/index.ts'

export interface Bench {
  client: pg.Client
  /** Another database, for a tenth of the events. */
  less: pg.Client
  server: PostgresServer
}

/** One million is enough to see, ten are what the issue asks for. */
export const millions: number = Number(
  /--millions[= ](\d+)/.exec(process.argv.slice(2).join(' '))?.[1] ?? 1,
)

const series = 1000

export async function openBench(): Promise<Bench> {
  const server = await startPostgres({
    version: 17,
    settings: {
      fsync: 'on',
      synchronous_commit: 'on',
      shared_buffers: '2GB',
      max_wal_size: '16GB',
      checkpoint_timeout: '30min',
      wal_level: 'replica',
      jit: 'off',
    },
  })
  const client = await prepared(server.url('postgres', 'supabase_admin'))
  await client.query('create database less')
  const less = await prepared(server.url('less', 'supabase_admin'))
  return { client, less, server }
}

/** A migrated database that knows a thousand routes. */
async function prepared(url: string): Promise<pg.Client> {
  const connection = await connect({ url })
  await applyMigrations(connection.db)
  await connection.close()
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('set statement_timeout = 0')
  await client.query('select supascope.make_partitions()')
  await client.query(`
    select supascope.resolve_dimensions(jsonb_agg(jsonb_build_object(
      'kind', 'api', 'name', 'bench', 'route', '/route/' || n)))
    from generate_series(1, ${series}) n`)
  return client
}

/** The 24 hours before midnight (UTC): a day that is over. */
const wholeDay = { from: "date_trunc('day', now(), 'UTC') - interval '1 day'", length: '24 hours' }

/** The last minutes, as a roll-up meets them. */
export const lately = { from: "now() - interval '7 minutes'", length: '7 minutes' }

/**
 * Raw events, log-normal with a tail, evenly through a window and all series; in transactions of at
 * most half a million, each with the batch that it would have come by.
 */
export async function loadEvents(
  client: pg.Client,
  count: number,
  window: typeof wholeDay = wholeDay,
): Promise<void> {
  const days = await client.query(`
    select supascope.ensure_partitions(p, current_date - 2, current_date + 1)
    from unnest(array['performance_logs', 'sketch_minutes']) p`)
  if (days.rowCount !== 2) throw new Error('no partitions')
  for (let done = 0; done < count; done += 500_000) {
    const rows = Math.min(500_000, count - done)
    await client.query('begin')
    await client.query(
      `insert into supascope.performance_logs (ts, position, dim_id, value, trace)
      select ${window.from} + ($2 + n) * interval '${window.length}' / $3,
        (select supascope.ingest_position()), first + (random() * ${series - 1})::integer,
        exp(4 + 0.8 * random_normal()) * case when random() < 0.01 then 20 else 1 end,
        gen_random_uuid()
      from generate_series(0, $1 - 1) n,
        (select min(id) as first from supascope.dimensions where name = 'bench') d`,
      [rows, done, count],
    )
    await client.query(
      `insert into supascope.batches (id, position, accepted, raw_rows)
      select gen_random_uuid(), supascope.ingest_position(), $1, $1`,
      [rows],
    )
    await client.query('commit')
  }
}

/** Bytes of write-ahead log that `work` causes. */
export async function walBytes(client: pg.Client, work: () => Promise<unknown>): Promise<number> {
  const { rows: before } = await client.query('select pg_current_wal_insert_lsn() as lsn')
  await work()
  const { rows } = await client.query(
    'select (pg_current_wal_insert_lsn() - $1::pg_lsn)::bigint::float8 as bytes',
    [before[0].lsn],
  )
  return rows[0].bytes
}

export async function number(client: pg.Client, query: string): Promise<number> {
  const { rows } = await client.query({ text: query, rowMode: 'array' })
  return Number(rows[0]?.[0])
}
