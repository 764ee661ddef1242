import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import { testDatabase } from '../../../test/database.ts'
import {
  seenAt,
  simulatedHistory,
  simulationStart,
} from '../../../test/fixtures/simulated-history.ts'
import { windowFacts } from '../../analyze/index.ts'
import type { HistoryPoint } from '../../analyze/regressions/index.ts'
import { rules } from '../../check/index.ts'
import { defaults } from '../../config.ts'
import { type Capabilities, type Connection, connect, detectCapabilities } from '../../db/index.ts'
import { storeMark } from '../marks/index.ts'
import { readReportInput } from '../report/index.ts'
import { retainSnapshots } from '../retain-snapshots.ts'
import { readHistory } from './index.ts'

const hour = 3_600_000
const day = 24 * hour
const keys = [
  { queryid: '-9007199254740993', role: 'authenticated', toplevel: true },
  { queryid: '-9007199254740993', role: 'anon', toplevel: true },
]

for (const version of [15, 17, 18] as const) {
  describe(`the history of statements on ${version}`, () => {
    let connection: Connection
    let capabilities: Capabilities
    before(async () => {
      const { url } = await testDatabase({ version, migrated: true })
      connection = await connect({ url })
      capabilities = await detectCapabilities(connection.db)
      await sql`
        insert into supascope.statements (queryid, role_name, toplevel, first_seen_at)
        select -9007199254740993, r, true, '2026-01-01'
        from unnest('{authenticated,anon}'::text[]) r`.execute(connection.db)
      await sql`
        insert into supascope.statement_texts (queryid, query)
        values (-9007199254740993, 'select a from messages where b = $1')`.execute(connection.db)
    })
    after(() => connection.close())

    /** Stores a history of the first statement as snapshots, ending now. */
    async function store(points: readonly HistoryPoint[], end: number): Promise<void> {
      const { db } = connection
      await sql`delete from supascope.snapshots`.execute(db)
      const rows = points.map((point) => ({
        ...point,
        ago: (end - point.at - point.width) / 1_000,
      }))
      await sql`
        insert into supascope.snapshots (taken_at, interval_from, intervals, incomplete_intervals,
          gaps, entries, evictions, database_delta, statement_ids, calls, total_ms, rows)
        select t.taken_at, t.taken_at - p.width * interval '1 millisecond', 1, 0, 0, 1, 0, '{}',
          array[s.id], array[p.calls], array[p."totalMs"], array[p.rows]
        from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
            as p (ago float8, width float8, calls bigint, "totalMs" float8, rows bigint)
        cross join lateral (select now() - p.ago * interval '1 second' as taken_at) t
        cross join (select id from supascope.statements where role_name = 'authenticated') s`.execute(
        db,
      )
    }

    test('is read back as it was stored: fine lately, by the hour before', async () => {
      const end = Math.floor(Date.now() / day) * day
      const width = hour / 4
      const points = Array.from({ length: 60 * 4 }, (_, i) => ({
        at: end - 60 * hour + i * width,
        width,
        calls: i,
        totalMs: 2 * i,
        rows: 3 * i,
      }))
      await store(points, end)
      const to = new Date()
      const [read] = await readHistory(connection.db, { to, keys })
      assert.equal(read?.queryid, '-9007199254740993')
      const sum = (of: 'calls' | 'totalMs' | 'rows' | 'width'): number =>
        read.points.reduce((total, point) => total + point[of], 0)
      assert.deepEqual([sum('calls'), sum('totalMs'), sum('rows')], [28_680, 57_360, 86_040])
      assert.ok(Math.abs(sum('width') - 60 * hour) < 100)
      const fine = read.points.filter(({ width: w }) => w < hour / 2)
      assert.ok(fine.length > 150 && fine.length <= 193, `${fine.length} fine points`)
      assert.ok(read.points.every(({ at }, i) => i === 0 || at > (read.points[i - 1]?.at ?? 0)))
      assert.deepEqual(await readHistory(connection.db, { to, keys: [] }), [])
      const [early] = await readHistory(connection.db, { to: new Date(0), keys })
      assert.equal(early, undefined)
    })

    test('with a rise in it makes a finding that names its begin and what changed then', async () => {
      const { db } = connection
      const at = simulationStart + 13 * day + 8 * hour
      const end = simulationStart + 14 * day
      const change = { at, figure: 'time', factor: 6 } as const
      await store(seenAt(simulatedHistory({ seed: 41, days: 14, change }), end), end)
      const { rows } = await sql<{ now: Date }>`
        select max(taken_at) as now from supascope.snapshots`.execute(db)
      const began = (rows[0]?.now.getTime() ?? 0) - (end - at)
      await storeMark(db, { name: 'deploy v42', at: new Date(began - 5 * 60_000), by: null })
      await storeMark(db, { name: 'deploy v41', at: new Date(began - 9 * hour), by: null })
      await retainSnapshots(db, { snapshotHours: 48, days: 35 })
      const { top, thresholds } = defaults
      const input = await readReportInput({ db, capabilities }, { top, thresholds })
      const rule = rules.find(({ name }) => name === 'regressed_statement')
      const judged = rule?.judge(
        { statements: windowFacts(input) },
        { now: input.now, statisticsMinutes: null },
      )
      assert.equal(judged?.findings.length, 1)
      const [finding] = judged.findings
      assert.ok(finding !== undefined)
      const { evidence, detail } = finding
      const named = Date.parse(String(evidence.regressed_at))
      assert.ok(Math.abs(named - began) <= 45 * 60_000, `${named - began} ms off`)
      assert.equal(evidence.baseline, 'same_hour')
      assert.match(detail, /What else changed around then: mark "deploy v42" \(/)
      assert.ok(!detail.includes('deploy v41'))
    })
  })
}
