/** Percentiles from sketches, against the exact ones on raw rows. */
import type pg from 'pg'
import { number } from './database.ts'
import { compare, digits, line, timed } from './measure.ts'

// The day before today (UTC), which is over: as hours, and as one day.
const today = "date_trunc('day', now(), 'UTC')"
const yesterday = `${today} - interval '1 day'`
const raw = `from supascope.performance_logs where ts >= ${yesterday} and ts < ${today}`
/** Beyond midnight, so that the hours are read and not the day. */
const byHours = `${yesterday}, ${today} + interval '1 hour'`

export async function benchReading(client: pg.Client): Promise<string[]> {
  const one = await number(client, `select id from supascope.dimensions where route = '/route/7'`)
  const run = (query: string) => (): Promise<number> => timed(() => client.query(query))
  const exact = run(
    `select percentile_disc(0.95) within group (order by value) ${raw} and dim_id = ${one}`,
  )
  const all = run(
    `select dim_id, percentile_disc(0.95) within group (order by value) ${raw} group by dim_id`,
  )
  const dims = "supascope.find_dimensions('{}')"
  const lines: string[] = []
  const add = async (what: string, ours: string, other: () => Promise<number>, aim = '') => {
    lines.push(line(what, await compare(3, run(ours), other), 'ms', aim))
  }
  await add(
    'p95 of one series over a day, from hours',
    `select * from supascope.quantiles(array[${one}], ${byHours}, '{0.95}')`,
    exact,
    'aim: at least 80x at 10 million',
  )
  await add(
    'p95 of one series over a day, from the day',
    `select * from supascope.quantiles(array[${one}], ${yesterday}, ${today}, '{0.95}')`,
    exact,
  )
  await add(
    'p95 of each of 1,000 series, from the day',
    `select * from supascope.series_quantiles(${dims}, ${yesterday}, ${today}, '{0.95}')`,
    all,
  )
  await add(
    'p95 of each of 1,000 series, from hours',
    `select * from supascope.series_quantiles(${dims}, ${byHours}, '{0.95}')`,
    all,
  )
  lines.push(await worstError(client))
  lines.push(await refreshCost(client))
  return lines
}

async function worstError(client: pg.Client): Promise<string> {
  const { rows } = await client.query(`
    with exact as (
      select dim_id, percentile_disc(array[0.5, 0.75, 0.95, 0.99]) within group (order by value) as q
      ${raw} group by dim_id
    )
    select max(abs(s.q - e.q::float8) / e.q) as worst, avg(abs(s.q - e.q::float8) / e.q) as mean, count(*) as quantiles
    from (
      select x.dim_id, s.q, s.o, x.q[s.o] as e from exact x
      join supascope.series_quantiles(supascope.find_dimensions('{}'), ${yesterday}, ${today}) k
        on k.dim_id = x.dim_id
      cross join lateral unnest(k.quantiles) with ordinality s (q, o)
    ) s cross join lateral (select s.e as q) e`)
  const { worst, mean, quantiles } = rows[0]
  return `  error of ${quantiles} quantiles: at most ${digits(worst * 100)} %, ${digits(mean * 100)} % in the mean`
}

/** The same leaderboard, as it is shipped and over raw rows. */
async function refreshCost(client: pg.Client): Promise<string> {
  await client.query(`
    drop materialized view if exists bench_view;
    create materialized view bench_view as
    select d.kind, d.name, d.route, d.method, count(*) as events,
      percentile_disc(array[0.5, 0.75, 0.95, 0.99]) within group (order by l.value) as quantiles
    from supascope.performance_logs l join supascope.dimensions d on d.id = l.dim_id
    where l.ts >= ${yesterday} and l.ts < ${today}
    group by 1, 2, 3, 4;
    create unique index on bench_view (kind, name, route, method)`)
  const refresh = (view: string) => (): Promise<number> =>
    timed(() => client.query(`refresh materialized view concurrently ${view}`))
  const ratio = await compare(3, refresh('supascope.latency_by_route'), refresh('bench_view'))
  await client.query('drop materialized view bench_view')
  return line('refresh of latency by route', ratio, 'ms', 'aim: at least 5x at 10 million')
}
