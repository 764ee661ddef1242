import pg from 'pg'
import { buildReport, type WindowSeriesPoint } from '../../src/analyze/index.ts'
import { judgeStatements } from '../../src/check/index.ts'
import {
  readSeries,
  readWindow,
  type StatementWindow,
  takeSnapshot,
} from '../../src/collect/index.ts'
import { defaults } from '../../src/config.ts'
import type { Watched } from './compare-polls.ts'
import { Timings } from './measure.ts'
import type { Workload } from './workload.ts'

/** Stores many snapshots, says what they take, and reads a report's figures out of them. */
export async function compareReads(
  watched: Watched,
  workload: Workload,
  snapshots: number,
): Promise<void> {
  const client = new pg.Client({
    connectionString: watched.server.url('postgres', 'supabase_admin'),
  })
  await client.connect()
  await fill(watched, workload, client, snapshots)
  const { rows } = await client.query<{ elements: string; bytes: string }>(`
    select sum(cardinality(statement_ids)) as elements,
      pg_total_relation_size('supascope.snapshots') as bytes
    from supascope.snapshots where interval_from is not null`)
  await client.end()
  const [elements, bytes] = [Number(rows[0]?.elements), Number(rows[0]?.bytes)]
  console.log(`\n${snapshots} stored snapshots, ${elements} changed statements in them`)
  console.log(
    `  ${(bytes / elements).toFixed(1)} bytes a changed statement, index and overhead included`,
  )
  await readReport(watched)
}

/** Real snapshots, and copies of them at other times until there are enough. */
async function fill(
  { db, capabilities }: Watched,
  workload: Workload,
  client: pg.Client,
  snapshots: number,
): Promise<void> {
  // What was measured before may have changed every statement; these change one in ten.
  await takeSnapshot(db, capabilities)
  await client.query('truncate supascope.snapshots')
  const real = 20
  for (let i = 0; i < real; i++) {
    await workload.run(10, i % 10)
    await takeSnapshot(db, capabilities)
  }
  const columns = `intervals, incomplete_intervals, gaps, entries, evictions, database_delta,
    statement_ids, flags, m2, calls, total_ms, rows, plans, plan_ms, shared_blks_hit,
    shared_blks_read, shared_blks_dirtied, shared_blks_written, temp_blks_read,
    temp_blks_written, io_ms, wal_fpi, wal_bytes, jit_ms, parallel_workers_to_launch,
    parallel_workers_launched`
  await client.query(`
    with real as (
      delete from supascope.snapshots returning *
    ), numbered as (
      select *, row_number() over (order by taken_at) - 1 as n from real
    ), minute as (
      select i, date_trunc('minute', now()) - i * interval '1 minute' as at
      from generate_series(0, ${snapshots - 1}) i
    )
    insert into supascope.snapshots (taken_at, interval_from, ${columns})
    select minute.at, minute.at - interval '1 minute', ${columns}
    from minute join numbered on numbered.n = minute.i % ${real}`)
  await client.query('vacuum (analyze) supascope.snapshots')
}

async function readReport({ db }: Watched): Promise<void> {
  const span = { from: new Date(0), to: new Date() }
  const [window, series, judged] = [new Timings(), new Timings(), new Timings()]
  const whole = new Timings()
  let statements = 0
  for (let round = 0; round < 5; round++) {
    await whole.measure(async () => {
      const read = await window.measure(() => readWindow(db, span))
      if (read === null) throw new Error('there is no window')
      statements = read.statements.length
      const keys = read.statements.toSorted((a, b) => b.totalMs - a.totalMs).slice(0, 60)
      const inside = { from: new Date(read.from), to: new Date(read.to) }
      const points = await series.measure(() => {
        return readSeries(db, { ...inside, buckets: 48, keys })
      })
      await judged.measure(async () => buildReport(reportInput(read, points), judgeStatements))
    })
  }
  console.log(`a report over ${statements} statements of all of them`)
  console.log(`  window ${window}`)
  console.log(`  histories of 60 statements ${series}`)
  console.log(`  judged ${judged}`)
  console.log(`  whole ${whole}`)
}

function reportInput(
  window: StatementWindow,
  series: WindowSeriesPoint[],
): Parameters<typeof buildReport>[0] {
  const { from, to, snapshots, statements, intervals, evictions } = window
  return {
    now: to,
    database: { name: 'postgres', server_version: '17', extension_version: '1.11' },
    window: { from, to, source: 'snapshots', snapshots },
    statements,
    intervals,
    previous: null,
    series,
    server: {
      track: 'top',
      trackIoTiming: true,
      entries: statements.length,
      maxEntries: statements.length,
      evictions,
      unreadableTexts: 0,
      apiTimeoutMs: null,
    },
    options: { top: 20, thresholds: defaults.thresholds },
  }
}
