import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import { type Collector, openCollector } from '../../../test/collector.ts'
import { testDatabase } from '../../../test/database.ts'
import { lastPlanChange, planDifference } from '../../analyze/regressions/index.ts'
import type { StatementKey } from '../statement-registry.sql.ts'
import { readPlans, recordPlans } from './index.ts'

const now = { seconds: 0 }

for (const version of [15, 17, 18] as const) {
  describe(`plans on ${version}`, () => {
    let collector: Collector
    before(async () => {
      const { url, adminUrl } = await testDatabase({ version, migrated: true })
      collector = await openCollector(url, adminUrl)
      await collector.run(
        'postgres',
        'create table public.planned (a int, b int, c text, at timestamptz)',
        "insert into public.planned select i, i % 10, 'x', now() from generate_series(1, 20000) i",
        'create index planned_a on public.planned (a)',
        'analyze public.planned',
        'grant all on public.planned to authenticated',
        'alter table public.planned enable row level security',
        'create policy own on public.planned to authenticated using (b >= 0)',
        'create function public.leaves() returns int language plpgsql as $$ begin perform count(*) from public.planned; return 1; end $$',
      )
      await collector.snapshot()
    })
    after(() => collector.close())

    async function work(): Promise<void> {
      await collector.run(
        'authenticated',
        'select * from public.planned where a = 5',
        "select count(*) from public.planned where at > now() - interval '1 day' and c <> ';'",
        "update public.planned set c = 'y;--' where a = 7",
        'select public.leaves()',
        'show work_mem',
      )
      await collector.snapshot()
    }

    async function plansOf(text: string) {
      const { rows } = await sql<StatementKey & { shape: string }>`
        select r.queryid::text, r.role_name as role, r.toplevel, s.shape
        from supascope.plans p
        join supascope.plan_shapes s on s.id = p.shape_id
        join supascope.statements r on r.id = p.statement_id
        join supascope.statement_texts t using (queryid)
        where t.query like ${text}
        order by p.last_seen_at`.execute(collector.db)
      return rows
    }

    test('are noted as the role that runs them, without running them', async () => {
      await work()
      const { db, capabilities } = collector
      const result = await recordPlans(db, capabilities, now)
      assert.ok(result !== null && result.planned >= 3)
      const [read] = await plansOf('select * from public.planned%')
      assert.equal(read?.role, 'authenticated')
      assert.match(read.shape, /planned_a on public\.planned/)
      const [counted] = await plansOf('select count(*) from public.planned where at%')
      assert.match(counted?.shape ?? '', /^Aggregate\n {2}Seq Scan on public\.planned$/)
      const [updated] = await plansOf('update public.planned%')
      assert.match(updated?.shape ?? '', /^ModifyTable \(Update\) on public\.planned\n/)
      const { rows } = await sql<{ n: number }>`
        select count(*)::int as n from pg_catalog.pg_prepared_statements`.execute(db)
      assert.equal(rows[0]?.n, 0)
    })

    test('are looked at once in a while, by whoever comes first', async () => {
      const { db, capabilities } = collector
      assert.equal(await recordPlans(db, capabilities), null)
      const several = await Promise.all(
        Array.from({ length: 4 }, () => recordPlans(db, capabilities, { seconds: 1e-9 })),
      )
      assert.ok(several.some((result) => result !== null))
    })

    test('that change are told with what is missing', async () => {
      const { db, capabilities } = collector
      await collector.run('postgres', 'drop index public.planned_a')
      await work()
      await recordPlans(db, capabilities, now)
      const [key] = await plansOf('select * from public.planned%')
      assert.ok(key !== undefined)
      const [found] = await readPlans(db, { to: new Date(Date.now() + 60_000), keys: [key] })
      const change = lastPlanChange(found?.sightings ?? [])
      assert.ok(change !== null)
      assert.match(planDifference(change), /Seq Scan on public\.planned instead of .*planned_a on/)
    })

    test('of statements that the server refuses are left out, and the others are noted', async () => {
      const { db, capabilities } = collector
      await collector.run('authenticated', 'select b from public.planned where b = 3')
      await collector.snapshot()
      await sql`
        insert into supascope.statement_texts (queryid, query)
        values (1, 'select 1; drop table public.planned'), (2, 'select from nothing'),
          (3, 'select ''cut off'), (4, 'select * from public.planned where c = ''…''')`.execute(db)
      await sql`
        insert into supascope.statements (queryid, role_name, toplevel, first_seen_at)
        select i, 'authenticated', true, now() from generate_series(1, 4) i`.execute(db)
      await sql`
        insert into supascope.snapshots (taken_at, interval_from, intervals, incomplete_intervals,
          gaps, entries, evictions, database_delta, statement_ids, calls, total_ms)
        select now(), now() - interval '1 second', 1, 0, 0, 4, 0, '{}', array_agg(id order by id),
          '{1,1,1,1}', '{1e9,1e9,1e9,1e9}'
        from supascope.statements where queryid between 1 and 4`.execute(db)
      const result = await recordPlans(db, capabilities, now)
      assert.ok(result !== null && result.refused >= 4)
      assert.equal((await plansOf('select b from public.planned%')).length, 1)
      const { rows } = await sql<{ n: number }>`
        select count(*)::int as n from supascope.plans p
        join supascope.statements r on r.id = p.statement_id
        where r.queryid between 1 and 4`.execute(db)
      assert.equal(rows[0]?.n, 0)
    })

    test('are forgotten after 35 days, their shapes with them', async () => {
      const { db, capabilities } = collector
      await sql`update supascope.plans set day = day - interval '36 days'`.execute(db)
      await sql`delete from supascope.snapshots`.execute(db)
      assert.deepEqual(await recordPlans(db, capabilities, now), { planned: 0, refused: 0 })
      const { rows } = await sql<{ n: number }>`
        select (select count(*) from supascope.plans)::int
          + (select count(*) from supascope.plan_shapes)::int as n`.execute(db)
      assert.equal(rows[0]?.n, 0)
    })
  })
}
