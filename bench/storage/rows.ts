/** Bytes and write-ahead log of a raw row, against the usual table. */
import type pg from 'pg'
import { number, walBytes } from './database.ts'
import { line, ratioOf } from './measure.ts'

const rows = 200_000

const usual = `
  create table bench_usual (
    id uuid primary key default gen_random_uuid(), created_at timestamptz not null, kind text not null,
    name text not null, route text not null, status text not null, value double precision not null,
    trace_id text, attributes jsonb not null default '{}');
  create index on bench_usual (created_at);
  create index on bench_usual (name, created_at);
  create index on bench_usual (trace_id)`

/** The same events into both; without a trace id in the second round. */
export async function benchRows(client: pg.Client): Promise<string[]> {
  const sizes: string[] = []
  for (const trace of ['gen_random_uuid()', 'null::uuid']) {
    await client.query(`drop table if exists bench_usual; ${usual}`)
    await client.query('truncate supascope.performance_logs')
    const ours = await walBytes(client, () =>
      client.query(`
        insert into supascope.performance_logs (ts, position, dim_id, value, trace)
        select now() - n * interval '1 ms', 1, 1 + n % 1000, random() * 1000, ${trace}
        from generate_series(1, ${rows}) n`),
    )
    const other = await walBytes(client, () =>
      client.query(`
        insert into bench_usual (created_at, kind, name, route, status, value, trace_id)
        select now() - n * interval '1 ms', 'api', 'orders', '/route/' || n % 1000, '2xx',
          random() * 1000, replace((${trace})::text, '-', '')
        from generate_series(1, ${rows}) n`),
    )
    const what = trace.startsWith('null') ? 'without trace id' : 'with trace id'
    const bytes = ratioOf([
      {
        ours: (await rawBytes(client)) / rows,
        other: (await number(client, `select pg_total_relation_size('bench_usual')`)) / rows,
      },
    ])
    sizes.push(line(`disk, ${what}`, bytes, 'B a row', 'aim: at most 80 B with trace id'))
    sizes.push(
      line(`WAL, ${what}`, ratioOf([{ ours: ours / rows, other: other / rows }]), 'B a row'),
    )
  }
  await client.query('drop table bench_usual; truncate supascope.performance_logs')
  return sizes
}

function rawBytes(client: pg.Client): Promise<number> {
  return number(
    client,
    `select sum(pg_total_relation_size(inhrelid)) from pg_inherits
    where inhparent = 'supascope.performance_logs'::regclass
      and pg_relation_size(inhrelid) > 0`,
  )
}
