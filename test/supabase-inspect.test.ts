/**
 * `supascope report` against `supabase inspect db outliers` and `calls` on the same counters: the
 * same figures where one role works in one database, and where not, the reasons that
 * docs/comparison.md gives.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import type { Report, ReportStatement } from '../src/report.ts'
import { ownServer } from './database.ts'
import { supabaseJson } from './supabase-cli.ts'
import { supascope } from './supascope.ts'

/** A row of either command, as people read it. */
interface InspectRow {
  query: string
  /** `00:00:01.234567` */
  total_exec_time: string
  /** `38.5%` */
  prop_exec_time: string
  /** `1,234` */
  ncalls: string
}

interface Inspected {
  columns: string[]
  query: string
  totalMs: number
  share: number
  calls: number
}

async function inspect(url: string, command: 'outliers' | 'calls'): Promise<Inspected[]> {
  const { rows } = await supabaseJson<{ rows: InspectRow[] }>(url, 'inspect', 'db', command)
  return rows.map((row) => {
    const [hours = 0, minutes = 0, seconds = 0] = row.total_exec_time.split(':').map(Number)
    return {
      columns: Object.keys(row),
      query: row.query,
      totalMs: ((hours * 60 + minutes) * 60 + seconds) * 1000,
      share: Number.parseFloat(row.prop_exec_time) / 100,
      calls: Number(row.ncalls.replaceAll(',', '')),
    }
  })
}

async function report(url: string): Promise<Report> {
  const args = ['report', '--lifetime', '--top', '1000', '--format', 'json', '--db-url', url]
  const { status, stdout, stderr } = await supascope(args)
  assert.equal(status, 0, stderr)
  return JSON.parse(stdout)
}

/** Statements that read a table of {@link work}, the most called first. */
function about<T extends Inspected | ReportStatement>(rows: T[], table: string): T[] {
  return rows
    .filter((row) => ('query' in row ? row.query : row.text)?.includes(`from ${table},`))
    .sort((a, b) => b.calls - a.calls)
}

async function query<Row extends pg.QueryResultRow>(
  url: string,
  ...texts: string[]
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    let rows: Row[] = []
    for (const text of texts) rows = (await client.query<Row>(text)).rows
    return rows
  } finally {
    await client.end()
  }
}

/** Reads a table of its own a number of times; each call takes some milliseconds. */
function work(url: string, table: string, calls: number, role = 'postgres'): Promise<unknown> {
  return query(
    url,
    `create table if not exists public.${table} as select 1 as one`,
    `set role ${role}`,
    ...Array<string>(calls).fill(`select count(*) from ${table}, generate_series(1, 20000)`),
  )
}

interface Counted {
  role: string
  database: string
  total: number
}

function counted(server: { url(database: string, role: string): string }): Promise<Counted[]> {
  return query(
    server.url('postgres', 'supabase_admin'),
    `select userid::regrole::text as role, datname as database, sum(total_exec_time) as total
     from extensions.pg_stat_statements join pg_database on pg_database.oid = dbid group by 1, 2`,
  )
}

/** A share that was taken while the sum went from one count to another, rounded to a tenth percent. */
function assertShare(
  share: number | undefined,
  totalMs: number,
  [before, after]: [Counted[], Counted[]],
  where: (row: Counted) => boolean,
): void {
  const of = (rows: Counted[]): number =>
    totalMs / rows.filter(where).reduce((sum, row) => sum + row.total, 0)
  assert.ok(share !== undefined)
  const bounds = `${of(after)} to ${of(before)}`
  assert.ok(share >= of(after) - 0.0006 && share <= of(before) + 0.0006, `${share}, not ${bounds}`)
}

for (const version of [15, 17, 18] as const) {
  test(`supabase inspect on ${version}`, async (t) => {
    const server = await ownServer(t, { version })
    const url = server.url()
    await work(url, 'alpha', 40)
    await work(url, 'beta', 25)
    await work(url, 'shared', 15)
    await work(url, 'shared', 30, 'authenticated')
    await query(
      server.url('postgres', 'supabase_admin'),
      'create database elsewhere owner postgres',
    )
    await work(server.url('elsewhere'), 'gamma', 35)

    const moments = [await counted(server)]
    const outliers = await inspect(url, 'outliers')
    const calls = await inspect(url, 'calls')
    moments.push(await counted(server))
    const ours = await report(url)
    moments.push(await counted(server))
    const [first = [], second = [], third = []] = moments
    const alpha = about(ours.statements, 'alpha')[0]
    assert.ok(alpha)

    await t.test('agrees on calls and times of the connecting role', () => {
      for (const table of ['alpha', 'beta']) {
        const expected = about(ours.statements, table).map((statement) => statement.calls)
        for (const rows of [outliers, calls]) {
          const found = about(rows, table)
          assert.deepEqual(
            found.map((row) => row.calls),
            expected,
          )
          const difference = Math.abs(
            (found[0]?.totalMs ?? 0) - (about(ours.statements, table)[0]?.total_ms ?? 0),
          )
          // It prints whole microseconds.
          assert.ok(difference <= 0.001, `${difference} ms`)
        }
      }
    })

    await t.test('leaves other roles out of outliers', () => {
      const roles = about(ours.statements, 'shared').map((row) => [row.role, row.calls])
      assert.deepEqual(roles, [
        ['authenticated', 30],
        ['postgres', 15],
      ])
      const found = about(outliers, 'shared').map((row) => row.calls)
      assert.deepEqual(found, [15])
    })

    await t.test('does not say in calls which role ran what', () => {
      const found = about(calls, 'shared')
      assert.deepEqual(
        found.map((row) => row.calls),
        [30, 15],
      )
      assert.ok(found.every(({ columns }) => !columns.some((name) => /role|user/.test(name))))
    })

    await t.test('counts other databases, which are not in the report', () => {
      for (const rows of [outliers, calls]) assert.equal(about(rows, 'gamma')[0]?.calls, 35)
      assert.deepEqual(about(ours.statements, 'gamma'), [])
    })

    await t.test('takes the share of one role in all databases, the report of one database', () => {
      const outlier = about(outliers, 'alpha')[0]?.share
      assertShare(outlier, alpha.total_ms, [first, second], ({ role }) => role === 'postgres')
      const here = ({ database }: Counted): boolean => database === 'postgres'
      assertShare(alpha.share, alpha.total_ms, [second, third], here)
    })
  })
}
